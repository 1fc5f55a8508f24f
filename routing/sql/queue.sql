-- A look at one tab of the queue: how many hand-offs each tab holds and what else the page asks `beside`, and then the
-- lines of the tab, most urgent first. There is one row at least; where the tab is empty, its line is NULL.
-- What belongs to a line is looked up line by line (LIMIT 1): no table is read whole, however the planner guesses.
WITH visible AS MATERIALIZED ({visible}),
tally AS (SELECT ARRAY[{counts}] AS counts, coalesce(max(id) FILTER (WHERE {tab}), 0) AS newest FROM visible),
waiting AS (
    SELECT
        visible.id, visible.urgency, clock.due_at, nullif(visible.tier, '') AS tier,
        coalesce(visible.tier = 'T1' AND clock.due_at <= %s, false) AS is_late
    FROM visible
    CROSS JOIN LATERAL (
        SELECT min(running.due_at) AS due_at FROM routing_clock AS running
        WHERE running.handoff_id = visible.id AND running.stopped_at IS NULL
    ) AS clock
    WHERE visible.{tab}
    ORDER BY is_late DESC, due_at, tier, urgency DESC, id
    LIMIT {most}
),
shown AS MATERIALIZED (
    SELECT
        handoff.id AS handoff_id, handoff.lead_id, handoff.kind, handoff.tier, handoff.priority, handoff.source, handoff.fit,
        handoff.engagement, handoff.urgency, handoff.assignee_id, handoff.qualified_at, handoff.meeting_at,
        handoff.snoozed_until, handoff.second_look_of_id IS NOT NULL AS is_second_look,
        lead.first_name, lead.last_name, lead.email, lead.erased_at IS NOT NULL AS is_erased, lead.title, lead.country,
        lead.region, lead.postal_code, lead.account_id,
        row_number() OVER (ORDER BY waiting.is_late DESC, waiting.due_at, waiting.tier, waiting.urgency DESC, waiting.id)
            AS number
    FROM waiting
    CROSS JOIN LATERAL (SELECT * FROM routing_handoff WHERE id = waiting.id LIMIT 1) AS handoff
    CROSS JOIN LATERAL (SELECT * FROM leads_lead WHERE id = handoff.lead_id LIMIT 1) AS lead
)
SELECT
    tally.counts, tally.newest, {beside}
    shown.handoff_id, shown.lead_id, shown.kind, shown.tier, shown.priority, shown.source, shown.fit,
    shown.engagement, shown.urgency, shown.assignee_id, shown.qualified_at, shown.meeting_at,
    shown.snoozed_until, shown.is_second_look,
    shown.first_name, shown.last_name, shown.email, shown.is_erased, shown.title, shown.country, shown.region,
    shown.postal_code,
    account.name, account.country, account.region, account.postal_code,
    coalesce(nullif(holder.name, ''), holder.email),
    touch.label, touch.occurred_at,
    EXISTS (
        SELECT FROM leads_opportunity AS deal
        WHERE deal.account_id = shown.account_id AND deal.status = 'OPEN'
    ),
    EXISTS (
        SELECT FROM leads_lead AS namesake
        WHERE namesake.account_id = shown.account_id
            AND upper(namesake.last_name) = upper(shown.last_name) AND upper(namesake.first_name) = upper(shown.first_name)
            AND namesake.merged_into_id IS NULL AND namesake.last_name <> '' AND namesake.id <> shown.lead_id
    ),
    EXISTS (SELECT FROM leads_stagevisit AS visit WHERE visit.lead_id = shown.lead_id AND visit.stage = 'RECYCLED'),
    clock.kind, promise.runs_in, clock.target, clock.holder_id, clock.team_id, clock.started_at, clock.due_at,
    (SELECT max(pause.ends_at) FROM routing_clockpause AS pause WHERE pause.clock_id = clock.id)
FROM tally
LEFT JOIN shown ON true
LEFT JOIN LATERAL (SELECT * FROM leads_account WHERE id = shown.account_id LIMIT 1) AS account ON true
LEFT JOIN leads_user AS holder ON holder.id = shown.assignee_id
LEFT JOIN LATERAL (
    SELECT * FROM routing_clock AS running
    WHERE running.handoff_id = shown.handoff_id AND running.stopped_at IS NULL
    ORDER BY running.due_at, running.id
    LIMIT 1
) AS clock ON true
LEFT JOIN routing_servicelevel AS promise ON promise.id = clock.service_level_id
LEFT JOIN LATERAL (
    SELECT type.label, signal.occurred_at
    FROM leads_signal AS signal
    JOIN leads_signaltype AS type ON type.code = signal.type
    WHERE signal.lead_id = shown.lead_id
    ORDER BY signal.occurred_at DESC
    LIMIT 1
) AS touch ON true
ORDER BY shown.number
