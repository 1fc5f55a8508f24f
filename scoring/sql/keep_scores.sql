-- Writes what has been decided over the scores as they were read (see scoring/keeping.py and scoring/many.py).
-- Locks in the order of a signal, lead before score, and skips what is held: whoever holds it scores it anyway.
WITH fresh AS MATERIALIZED (
    SELECT decided.*, asked_lead.seen, coalesce(touch_sum.engagement_sum, 0) AS engagement_sum,
        touch_sum.last_week, touch_sum.last_at
    FROM decided
    JOIN asked_lead USING (lead_id)
    LEFT JOIN touch_sum USING (lead_id)
), leads_held AS (
    SELECT lead.id
    FROM leads_lead AS lead
    JOIN fresh ON fresh.lead_id = lead.id
    WHERE fresh.moves_tier AND lead.id {among}
    ORDER BY lead.id
    FOR NO KEY UPDATE OF lead SKIP LOCKED
), held AS (
    SELECT score.lead_id, score.fit AS fit_before, score.scorecard_id AS scorecard_before,
        score.engagement_sum AS sum_before, score.last_week AS last_week_before, score.accounted_week
    FROM scoring_score AS score
    JOIN fresh ON fresh.lead_id = score.lead_id
    WHERE score.lead_id {among}
        AND score.xmin = fresh.seen
        AND (NOT fresh.moves_tier OR score.lead_id IN (SELECT id FROM leads_held))
    ORDER BY score.lead_id
    FOR NO KEY UPDATE OF score SKIP LOCKED
), written AS (
    UPDATE scoring_score AS score
    SET scorecard_id = %(scorecard)s, fit = fresh.fit, fit_low = fresh.fit_low, fit_high = fresh.fit_high,
        urgency = fresh.urgency, engagement_sum = fresh.engagement_sum, last_week = fresh.last_week,
        accounted_week = %(week)s, last_signal_at = fresh.last_at, updated_at = %(now)s
    FROM held
    JOIN fresh ON fresh.lead_id = held.lead_id
    WHERE score.lead_id = held.lead_id AND score.lead_id {among}
    RETURNING score.lead_id
), tiers_moved AS (
    UPDATE leads_lead AS lead
    SET tier = fresh.tier
    FROM held
    JOIN fresh ON fresh.lead_id = held.lead_id
    WHERE lead.id = held.lead_id AND fresh.moves_tier AND lead.id {among}
), fits_moved AS (
    INSERT INTO scoring_fitchange (lead_id, at, cause, scorecard_id, before, after)
    SELECT held.lead_id, %(now)s, CASE WHEN scorecard_before = %(scorecard)s THEN %(facts)s ELSE %(rescore)s END,
        %(scorecard)s, fit_before, fresh.fit
    FROM held
    JOIN fresh ON fresh.lead_id = held.lead_id
    WHERE fit_before <> fresh.fit
    ORDER BY held.lead_id
)
SELECT written.lead_id, scorecard_before, sum_before, last_week_before, accounted_week
FROM written
JOIN held USING (lead_id)
