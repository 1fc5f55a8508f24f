-- Hand-offs: one open for each MQL, of the last eight hours; the closed ones fall to few people and few reps.
CREATE TEMP TABLE bench_handoff AS
SELECT n AS lead, true AS is_open, unassigned, rep, %(now)s - random() * interval '8 hours' AS qualified_at,
    0.0::float AS luck
FROM bench_person WHERE stage = 'MQL'
UNION ALL
SELECT
    CASE WHEN late.n IS NOT NULL THEN late.n ELSE 1 + floor(%(leads)s * power(random(), 1.5))::int END,
    false, false,
    CASE WHEN late.n IS NOT NULL THEN late.rep ELSE 1 + floor(%(reps)s * power(random(), 1.5))::int END,
    %(now)s - (1 + random() * 500) * interval '1 day',
    CASE WHEN late.stage IN ('SAL', 'SQL') THEN 0.0 WHEN late.n IS NOT NULL THEN 1.0 ELSE random() END
FROM generate_series(1, %(closed_handoffs)s) AS number
LEFT JOIN (
    SELECT row_number() OVER () AS number, n, rep, stage FROM bench_person
    WHERE stage IN ('SAL', 'SQL', 'RECYCLED', 'DISQUALIFIED')
) AS late USING (number);

INSERT INTO routing_handoff (
    lead_id, kind, status, fit, engagement, urgency, tier, priority, source, trigger, scorecard_version, because,
    explanation, captured_at, qualified_at, assigned_at, received_at, first_contact_at, decided_at, note,
    assignee_id, decided_by_id, team_id, reason_id, rule_set_id
)
SELECT
    lead, 'QUALIFIED',
    CASE WHEN is_open THEN 'OPEN' WHEN luck < 0.6 THEN 'ACCEPTED' ELSE 'REJECTED' END,
    40 + random() * 60, 20 + random() * 80, random() * 100,
    (ARRAY['T1', 'T2', 'T2', 'T3', 'T3', 'NURTURE'])[ceil(random() * 6)],
    (ARRAY['P1', 'P2', 'P3'])[ceil(random() * 3)],
    (ARRAY['Autumn webinar', 'google', 'website', 'linkedin'])[ceil(random() * 4)],
    'demo_request', 1, 'territory → weighted round robin',
    CASE WHEN is_open THEN %(explanation)s::jsonb ELSE '{"rules": []}' END,
    qualified_at, qualified_at,
    CASE WHEN NOT unassigned THEN qualified_at END,
    CASE WHEN NOT unassigned THEN qualified_at END,
    CASE WHEN NOT is_open THEN qualified_at + interval '3 hours' END,
    CASE WHEN NOT is_open THEN qualified_at + (1 + 5 * random()) * interval '1 hour' END,
    '',
    CASE WHEN NOT unassigned THEN rep.user_id END,
    CASE WHEN NOT is_open THEN rep.user_id END,
    rep.team_id,
    CASE WHEN NOT is_open AND luck >= 0.6 THEN (SELECT min(id) FROM routing_rejectionreason) + mod(lead, 9) END,
    (SELECT id FROM routing_ruleset WHERE status = 'PUBLISHED')
FROM bench_handoff JOIN bench_rep AS rep ON rep.number = bench_handoff.rep;

INSERT INTO leads_timelineevent (lead_id, at, kind, text, job, data)
SELECT lead_id, qualified_at, 'HANDOFF', 'Handed over: ' || because, 'routing', jsonb_build_object('handoff', id)
FROM routing_handoff;

INSERT INTO leads_outboxmessage (
    channel, recipient_id, kind, title, text, path, key, created_at, due_at, attempts, error, sent_at
)
SELECT
    channel, assignee_id, 'ASSIGNED', tier || ' is yours', because, '/leads/' || lead_id || '/', 'handoff:' || id,
    qualified_at, qualified_at, 1, '', qualified_at
FROM routing_handoff CROSS JOIN (VALUES ('IN_APP'), ('EMAIL')) AS channels (channel)
WHERE assignee_id IS NOT NULL AND qualified_at > %(now)s - interval '30 days';
