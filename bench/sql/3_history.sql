-- Where each person stood and stands, and the sentences that tell of it.
INSERT INTO leads_stagevisit (
    lead_id, stage, number, came_from, entered_at, left_at, how, job, cause, reason
)
SELECT
    id,
    CASE WHEN stage = 'SUBSCRIBER' THEN 'SUBSCRIBER' ELSE 'LEAD' END,
    1, '', created_at,
    CASE WHEN stage NOT IN ('SUBSCRIBER', 'LEAD') THEN created_at + interval '1 day' END,
    'RULE', 'intake', 'first signal', ''
FROM leads_lead
UNION ALL
SELECT id, stage, 1, 'LEAD', created_at + interval '1 day', NULL, 'RULE', 'pipeline', 'passed the gate', ''
FROM leads_lead
WHERE stage NOT IN ('SUBSCRIBER', 'LEAD');

INSERT INTO leads_timelineevent (lead_id, at, kind, text, job, data)
SELECT lead_id, entered_at, 'STAGE', came_from || ' → ' || stage || ': ' || cause, job, '{"reason": ""}'
FROM leads_stagevisit;
