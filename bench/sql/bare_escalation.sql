-- Claim every clock that is due, mark it, write its breach, its place in the history and two messages: one statement.
WITH due AS (
    SELECT id, lead_id, holder_id, due_at
    FROM routing_clock
    WHERE stopped_at IS NULL AND breached_at IS NULL AND due_at <= %(now)s
    ORDER BY due_at, id
    FOR UPDATE SKIP LOCKED
), marked AS (
    UPDATE routing_clock SET breached_at = due.due_at FROM due WHERE routing_clock.id = due.id
), breached AS (
    INSERT INTO routing_breach (clock_id, holder_id, due_at, noticed_at)
    SELECT id, holder_id, due_at, %(now)s FROM due
), told AS (
    INSERT INTO leads_timelineevent (lead_id, at, kind, text, job, data)
    SELECT lead_id, due_at, 'CLOCK', 'First response promised within 4 h was missed', 'service-level sweep', '{}'
    FROM due
)
INSERT INTO leads_outboxmessage (
    channel, recipient_id, kind, title, text, path, key, created_at, due_at, attempts, error
)
SELECT channel, %(manager)s, 'BREACH', 'first response is overdue', 'First response was promised within 4 h.',
    '/leads/' || lead_id || '/', 'breach:' || due.id, %(now)s, %(now)s, 0, ''
FROM due CROSS JOIN (VALUES ('IN_APP'), ('EMAIL')) AS channels (channel)
ON CONFLICT DO NOTHING
