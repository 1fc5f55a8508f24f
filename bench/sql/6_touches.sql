-- Touches number %(first)s to %(last)s: few people do most, lately more than long ago, pages more than requests.
INSERT INTO leads_signal (
    occurred_at, received_at, source_id, signal_id, type, lead_id, visitor_id, depth, utm, url, referrer,
    self_reported_source, consent, answers, properties, raw
)
SELECT
    at, at, %(source)s, 'touch-' || n,
    (ARRAY[
        'page_view', 'page_view', 'page_view', 'page_view', 'page_view', 'page_view', 'page_view', 'page_view',
        'email_open', 'email_open', 'email_open', 'email_open', 'email_click', 'email_click', 'pricing_page',
        'content_download', 'content_download', 'form_submit', 'webinar_registered', 'webinar_attended'
    ])[ceil(random() * 20)],
    CASE WHEN fate > 0.05 THEN 1 + floor(%(leads)s * power(random(), 1.5))::int END,
    CASE WHEN fate <= 0.05 THEN 'visitor-' || ceil(random() * %(leads)s) ELSE '' END,
    floor(random() * 3),
    CASE WHEN random() < 0.3 THEN '{"source": "google", "medium": "cpc"}'::jsonb ELSE '{}' END,
    'https://www.baton.example/products/' || ceil(random() * 200), '', '', '{}', '{}', '{}', '{}'
FROM (
    SELECT n, random() AS fate, %(now)s - interval '1 minute' - power(random(), 2) * interval '365 days' AS at
    FROM generate_series(%(first)s, %(last)s) AS n
) AS drawn;
