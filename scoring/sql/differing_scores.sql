-- Each figure of a stored score that is not what has just been found (see scoring/verification.py). An engagement sum
-- may differ in its last digits, for floats add up otherwise in another order.
SELECT score.lead_id, figure.name, figure.stored, figure.found
FROM decided
JOIN asked_lead USING (lead_id)
LEFT JOIN touch_sum USING (lead_id)
JOIN scoring_score AS score ON score.lead_id = decided.lead_id AND score.xmin = asked_lead.seen
JOIN leads_lead AS lead ON lead.id = decided.lead_id
CROSS JOIN LATERAL (
    VALUES
        ('fit', score.fit::text, decided.fit::text, score.fit = decided.fit),
        ('least fit', score.fit_low::text, decided.fit_low::text, score.fit_low = decided.fit_low),
        ('highest fit', score.fit_high::text, decided.fit_high::text, score.fit_high = decided.fit_high),
        ('urgency', score.urgency::text, decided.urgency::text, score.urgency = decided.urgency),
        ('tier', lead.tier, decided.tier, lead.tier = decided.tier),
        ('last week', score.last_week::text, touch_sum.last_week::text,
            score.last_week IS NOT DISTINCT FROM touch_sum.last_week),
        ('last signal', score.last_signal_at::text, touch_sum.last_at::text,
            score.last_signal_at IS NOT DISTINCT FROM touch_sum.last_at),
        ('engagement', score.engagement_sum::text, coalesce(touch_sum.engagement_sum, 0)::text,
            abs(score.engagement_sum - coalesce(touch_sum.engagement_sum, 0))
                <= %(tolerance)s * greatest(abs(score.engagement_sum), touch_sum.gross, 1e-300))
) AS figure (name, stored, found, agrees)
WHERE lead.id BETWEEN %(first)s AND %(last)s AND score.lead_id BETWEEN %(first)s AND %(last)s AND NOT agrees
ORDER BY score.lead_id, figure.name
