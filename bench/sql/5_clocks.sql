-- Two clocks for each hand-off; about one closed clock in seven was missed, and open ones fall due over three days.
INSERT INTO routing_clock (
    handoff_id, lead_id, kind, service_level_id, target, holder_id, team_id, tier,
    started_at, due_at, stopped_at, breached_at, step_actions, step_after, step_due
)
SELECT
    clock.id, lead_id, measures, level_id, target, assignee_id, team_id, tier, qualified_at, due_at, decided_at,
    CASE WHEN due_at < coalesce(decided_at, %(now)s) THEN due_at END, actions, afters, dues
FROM (
    SELECT
        handoff.*, level.clock AS measures, level.id AS level_id, level.target,
        CASE
            WHEN status = 'OPEN' THEN qualified_at + level.target + random() * interval '3 days'
            WHEN random() < 0.85 THEN decided_at + random() * interval '1 hour'
            ELSE qualified_at + random() * (decided_at - qualified_at)
        END AS due_at
    FROM routing_handoff AS handoff
    JOIN routing_servicelevel AS level ON
        (level.clock = 'FIRST_RESPONSE' AND level.priority = ''
            AND level.tier = CASE WHEN handoff.tier IN ('T1', 'T2', 'T3') THEN handoff.tier ELSE '' END)
        OR (level.clock = 'REVIEW' AND level.tier = ''
            AND level.priority = CASE WHEN handoff.priority = 'P1' THEN 'P1' ELSE '' END)
) AS clock
LEFT JOIN LATERAL (
    SELECT
        array_agg(action ORDER BY after) AS actions,
        array_agg(after ORDER BY after) AS afters,
        array_agg(due_at + (after - target) ORDER BY after) AS dues
    FROM routing_ladderstep
    WHERE service_level_id = level_id AND due_at + (after - target) > %(now)s
) AS step ON decided_at IS NULL;

INSERT INTO routing_breach (clock_id, holder_id, due_at, noticed_at)
SELECT id, holder_id, due_at, due_at + interval '1 minute' FROM routing_clock WHERE breached_at IS NOT NULL;
