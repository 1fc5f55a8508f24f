-- What the touches of each lead of asked_lead come to at its instant (see scoring/touch_sums.py for the columns).
-- "ago" counts weeks back from the instant's own week, and every step keeps the order of the one sort: lead, ago,
-- number. What a type of signal is worth stands in arrays by its number; number 1 is a type that the model does not
-- know, which is worth nothing but breaks a silence.
CREATE TEMPORARY TABLE touch_sum ON COMMIT DROP AS
WITH asked AS MATERIALIZED (
    SELECT lead_id, instant, width_bucket(instant, %(weeks)s::timestamptz[]) AS place FROM asked_lead
), rule AS MATERIALIZED (
    SELECT type, number::int FROM unnest(%(types)s::text[]) WITH ORDINALITY AS given (type, number)
), touch AS (
    SELECT signal.lead_id, signal.occurred_at, asked.instant,
        asked.place - width_bucket(signal.occurred_at, %(weeks)s::timestamptz[]) AS ago,
        coalesce(rule.number, 1) AS number,
        least(signal.depth, 3) AS depth
    FROM leads_signal AS signal
    JOIN asked ON asked.lead_id = signal.lead_id AND signal.occurred_at <= asked.instant
    LEFT JOIN rule ON rule.type = signal.type
    WHERE signal.lead_id {among}
), event AS (
    -- what few touches answer is looked up beside the columns that the index of touches holds of all
    SELECT lead_id, string_agg((signal.answers -> 'critical_event')::text, ',') AS events
    FROM leads_signal AS signal
    JOIN asked USING (lead_id)
    WHERE signal.answers ? 'critical_event' AND signal.occurred_at <= asked.instant AND signal.lead_id {among}
    GROUP BY lead_id
), part AS (
    -- one type in one week: the weekly cap applies to this
    SELECT lead_id, ago, number,
        sum((%(worths)s::float8[])[number * 4 - 3 + depth]) AS raw,
        max(occurred_at) AS last_at,
        min(instant) AS instant,
        bit_or(1 << (width_bucket(occurred_at, %(days)s::timestamptz[]) - 1) %% 7)
            FILTER (WHERE occurred_at > instant - %(window)s) AS days
    FROM touch
    GROUP BY lead_id, ago, number
), week AS (
    SELECT lead_id, ago,
        sum(least(greatest(raw, -(%(caps)s::float8[])[number]), (%(caps)s::float8[])[number])) AS points,
        max(last_at) AS last_at,
        min(instant) AS instant,
        max(last_at) FILTER (WHERE (%(interests)s::bool[])[number]) AS interested_at,
        bit_or(days) FILTER (WHERE (%(interests)s::bool[])[number]) AS days,
        max((%(depths)s::int[])[number]) FILTER (WHERE days > 0 AND (%(interests)s::bool[])[number]) AS depth,
        max((%(requests)s::int[])[number]) FILTER (WHERE days > 0 AND (%(interests)s::bool[])[number]) AS request,
        min((%(ranks)s::int[])[number]) FILTER (WHERE last_at >= instant - %(promised)s) AS promise
    FROM part
    GROUP BY lead_id, ago
), spaced AS (
    SELECT *, first_value(ago) OVER newest AS last_ago, lead(ago) OVER newest - ago >= %(silence)s AS after_silence
    FROM week
    WINDOW newest AS (PARTITION BY lead_id ORDER BY ago)
), counted AS (
    SELECT *,
        bool_or(after_silence) OVER (
            PARTITION BY lead_id ORDER BY ago ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) IS NOT TRUE AS counts
    FROM spaced
)
SELECT lead_id,
    least(greatest(
        sum(points * (%(powers)s::float8[])[ago - last_ago + 1]) FILTER (WHERE counts)
            * (%(moves)s::float8[])[width_bucket(max(last_at), %(weeks)s::timestamptz[])],
        -%(largest)s), %(largest)s) AS engagement_sum,
    least(
        sum(abs(points) * (%(powers)s::float8[])[ago - last_ago + 1]) FILTER (WHERE counts)
            * (%(moves)s::float8[])[width_bucket(max(last_at), %(weeks)s::timestamptz[])],
        %(largest)s) AS gross,
    %(before_weeks)s + width_bucket(max(last_at), %(weeks)s::timestamptz[]) AS last_week,
    max(last_at) AS last_at,
    extract(day FROM min(instant) - max(interested_at))::int AS days,
    coalesce(max(depth), 0) AS depth,
    coalesce(sum(bit_count(days::bit(7))), 0)::int AS visits,
    coalesce(max(request), 0) AS request,
    min(events) AS events,
    min(promise) AS promise
FROM counted
LEFT JOIN event USING (lead_id)
GROUP BY lead_id
