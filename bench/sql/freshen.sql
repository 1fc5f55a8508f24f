-- A set that was built a while ago: what is open came as much later, and its clocks run as if no time had passed.
UPDATE routing_handoff SET
    captured_at = captured_at + %(age)s, qualified_at = qualified_at + %(age)s,
    assigned_at = assigned_at + %(age)s, received_at = received_at + %(age)s
WHERE status = 'OPEN';

UPDATE routing_clock SET
    started_at = started_at + %(age)s, due_at = due_at + %(age)s, breached_at = breached_at + %(age)s,
    step_due = ARRAY(SELECT at + %(age)s FROM unnest(step_due) WITH ORDINALITY AS step (at, place) ORDER BY place)
WHERE stopped_at IS NULL;
