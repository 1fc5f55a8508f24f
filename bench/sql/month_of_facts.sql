-- A month of hand-offs with the facts that they were decided by, as routing keeps them.
UPDATE routing_handoff SET
    qualified_at = %(now)s - random() * interval '29 days',
    explanation = jsonb_build_object('facts', jsonb_build_object(
        'country', lead.country, 'tier', routing_handoff.tier, 'priority', routing_handoff.priority,
        'source', routing_handoff.source, 'trigger', 'demo_request', 'title', lead.title, 'employees', 400,
        'territory', COALESCE((SELECT name FROM routing_territory WHERE lead.country = ANY (countries) LIMIT 1), '')
    ))
FROM leads_lead AS lead
WHERE lead.id = routing_handoff.lead_id AND routing_handoff.id IN (
    SELECT id FROM routing_handoff WHERE status <> 'OPEN' ORDER BY id LIMIT %(month)s
);
