-- A look at one tab of the queue: how many hand-offs each tab holds and what else the page asks `beside`, and then the
-- lines of the tab, most urgent first. There is one row at least; where the tab is empty, its line is NULL.
-- What belongs to a line is looked up line by line (LIMIT 1): no table is read whole, however the planner guesses.
WITH visible AS MATERIALIZED ({visible}),
tally AS (SELECT ARRAY[{counts}] AS counts FROM visible),
waiting AS (
    SELECT
        visible.id, clock.*,
        row_number() OVER (
            ORDER BY
                coalesce(visible.tier = 'T1' AND clock.due_at <= %s, false) DESC, clock.due_at,
                nullif(visible.tier, ''), visible.urgency DESC, visible.id
        ) AS number
    FROM visible
    LEFT JOIN LATERAL (
        SELECT
            running.id AS clock_id, running.kind AS clock_kind, running.service_level_id, running.target,
            running.holder_id, running.team_id AS clock_team_id, running.started_at, running.due_at
        FROM routing_clock AS running
        WHERE running.handoff_id = visible.id AND running.stopped_at IS NULL
        ORDER BY running.due_at, running.id
        LIMIT 1
    ) AS clock ON true
    WHERE visible.{tab}
    ORDER BY number
    LIMIT {most}
)
SELECT
    tally.counts, {beside}
    handoff.id, handoff.lead_id, handoff.kind, handoff.tier, handoff.priority, handoff.source, handoff.fit,
    handoff.engagement, handoff.urgency, handoff.assignee_id, handoff.qualified_at, handoff.meeting_at,
    handoff.snoozed_until, handoff.second_look_of_id IS NOT NULL,
    lead.first_name, lead.last_name, lead.email, lead.erased_at IS NOT NULL, lead.title, lead.country, lead.region,
    lead.postal_code,
    account.name, account.country, account.region, account.postal_code,
    coalesce(nullif(holder.name, ''), holder.email),
    touch.label, touch.occurred_at,
    EXISTS (
        SELECT FROM leads_opportunity AS deal
        WHERE deal.account_id = lead.account_id AND deal.status = 'OPEN'
    ),
    lead.last_name <> '' AND EXISTS (
        SELECT FROM leads_lead AS namesake
        WHERE namesake.account_id = lead.account_id AND namesake.merged_into_id IS NULL AND namesake.id <> lead.id
            AND upper(namesake.first_name) = upper(lead.first_name)
            AND upper(namesake.last_name) = upper(lead.last_name)
    ),
    EXISTS (SELECT FROM leads_stagevisit AS visit WHERE visit.lead_id = lead.id AND visit.stage = 'RECYCLED'),
    waiting.clock_kind, promise.runs_in, waiting.target, waiting.holder_id, waiting.clock_team_id,
    waiting.started_at, waiting.due_at,
    (SELECT max(pause.ends_at) FROM routing_clockpause AS pause WHERE pause.clock_id = waiting.clock_id)
FROM tally
LEFT JOIN waiting ON true
LEFT JOIN LATERAL (SELECT * FROM routing_handoff WHERE id = waiting.id LIMIT 1) AS handoff ON true
LEFT JOIN LATERAL (SELECT * FROM leads_lead WHERE id = handoff.lead_id LIMIT 1) AS lead ON true
LEFT JOIN LATERAL (SELECT * FROM leads_account WHERE id = lead.account_id LIMIT 1) AS account ON true
LEFT JOIN leads_user AS holder ON holder.id = handoff.assignee_id
LEFT JOIN routing_servicelevel AS promise ON promise.id = waiting.service_level_id
LEFT JOIN LATERAL (
    SELECT type.label, signal.occurred_at
    FROM leads_signal AS signal
    JOIN leads_signaltype AS type ON type.code = signal.type
    WHERE signal.lead_id = handoff.lead_id
    ORDER BY signal.occurred_at DESC
    LIMIT 1
) AS touch ON true
ORDER BY waiting.number
