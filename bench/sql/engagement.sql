-- The bare engagement of every lead from %(first)s to %(last)s: points by week and type under caps, decayed, summed.
SELECT lead_id, sum(capped * power(%(factor)s::float, %(epoch)s - week)) AS total, max(week) AS last_week,
    max(last_at) AS last_at
FROM (
    SELECT lead_id, week, type, max(at) AS last_at,
        least(greatest(sum(worth), -coalesce(min(cap), 1e9)), coalesce(min(cap), 1e9)) AS capped
    FROM (
        SELECT signal.lead_id, signal.type, behaviour.weekly_cap AS cap, signal.occurred_at AS at,
            behaviour.points * power(behaviour.depth_multiplier, signal.depth) AS worth,
            ((signal.occurred_at AT TIME ZONE %(zone)s)::date - date '1970-01-05') / 7 AS week
        FROM leads_signal AS signal
        JOIN scoring_behaviour AS behaviour
            ON behaviour.type_id = signal.type AND behaviour.scorecard_id = %(scorecard)s
        WHERE signal.lead_id BETWEEN %(first)s AND %(last)s
    ) AS touch
    GROUP BY lead_id, week, type
) AS part
GROUP BY lead_id
