-- People handed over once, with what was known then, whose deals were won or lost: the better the industry, the likelier.
CREATE TEMP TABLE bench_ended AS
SELECT
    n, floor(random() * 4)::int AS size, floor(random() * 4)::int AS industry, floor(random() * 4)::int AS stage,
    floor(random() * 4)::int AS place, random() AS luck, random() < 0.1 AS unknown,
    %(now)s - interval '30 days' - (%(ended)s - n) * interval '25 minutes' AS at
FROM generate_series(1, %(ended)s) AS n;

CREATE TEMP TABLE bench_ended_lead AS
WITH made AS (
    INSERT INTO leads_lead (
        email, email_key, first_name, last_name, title, phone, country, acquired, stage, tier, created_at
    )
    SELECT
        'ended-' || n || '@ended.example', 'ended-' || n || '@ended.example', '', '', '', '', 'DE', 'OWN',
        CASE WHEN luck < 0.1 + 0.2 * industry THEN 'CUSTOMER' ELSE 'LOST' END, '', at
    FROM bench_ended
    RETURNING id, email, stage
)
SELECT made.id, made.stage = 'CUSTOMER' AS won, bench_ended.n
FROM made JOIN bench_ended ON made.email = 'ended-' || n || '@ended.example';

INSERT INTO routing_handoff (
    lead_id, kind, status, fit, engagement, urgency, tier, priority, source, trigger, scorecard_version, because,
    explanation, captured_at, qualified_at, assigned_at, decided_at, note, rule_set_id
)
SELECT
    lead.id, 'QUALIFIED', 'ACCEPTED', 60, 30 + 60 * random(), 100 * random(), 'T2', 'P1', 'website', 'demo_request', 1,
    'territory → weighted round robin',
    jsonb_build_object('facts', jsonb_strip_nulls(jsonb_build_object(
        'employees', (ARRAY[5, 30, 100, 400])[1 + size] + mod(n, 5),
        'industry', CASE WHEN NOT unknown THEN (ARRAY['Farming', 'Retail', 'Insurance', 'Software'])[1 + industry] END,
        'growth_stage', (ARRAY['closing', 'seed', 'series a', 'series b'])[1 + stage],
        'country', (ARRAY['BR', 'FR', 'NL', 'DE'])[1 + place],
        'technologies', CASE WHEN mod(n, 3) > 0 THEN '["Salesforce", "Marketo"]'::jsonb ELSE '["Slack"]'::jsonb END,
        'department', CASE WHEN mod(n, 7) > 0 THEN 'sales' ELSE 'it' END,
        'seniority', 'decision_maker', 'title', 'Title ' || mod(n, 900)
    ))),
    at, at, at, at + interval '3 hours', '', (SELECT id FROM routing_ruleset WHERE status = 'PUBLISHED')
FROM bench_ended JOIN bench_ended_lead AS lead USING (n);

INSERT INTO leads_opportunity (lead_id, status, loss_reason, created_at, closed_at)
SELECT
    lead.id, CASE WHEN won THEN 'WON' ELSE 'LOST' END, CASE WHEN won THEN '' ELSE 'Price' END, at,
    at + interval '20 days'
FROM bench_ended JOIN bench_ended_lead AS lead USING (n);
