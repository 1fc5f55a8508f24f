-- People: few companies have most of them; every tenth waits in somebody's queue, the rest stand all along the cycle.
-- The first eight reps have fifty open leads each, the other reps a skewed share, one in twenty waits unassigned.
CREATE TEMP TABLE bench_rep AS
SELECT row_number() OVER (ORDER BY rep.id) AS number, rep.user_id, person.team_id
FROM routing_rep AS rep JOIN leads_user AS person ON person.id = rep.user_id;
CREATE UNIQUE INDEX ON bench_rep (number);

CREATE TEMP TABLE bench_person AS
SELECT
    n,
    CASE
        WHEN mod(n, step) = 0 THEN 'MQL'
        WHEN fate < 0.25 THEN 'SUBSCRIBER'
        WHEN fate < 0.72 THEN 'LEAD'
        WHEN fate < 0.80 THEN 'SAL'
        WHEN fate < 0.84 THEN 'SQL'
        WHEN fate < 0.96 THEN 'RECYCLED'
        ELSE 'DISQUALIFIED'
    END AS stage,
    CASE
        WHEN mod(n, step) = 0 AND n / step <= 400 THEN 1 + (n / step - 1) / 50
        ELSE 9 + floor((%(reps)s - 8) * power(random(), 1.5))::int
    END AS rep,
    mod(n, step) = 0 AND n / step > 400 AND random() < 0.05 AS unassigned,
    1 + floor(%(accounts)s * power(random(), 1.5))::int AS account,
    (ARRAY['T1', 'T2', 'T2', 'T3', 'T3', 'T3', 'NURTURE', 'NURTURE'])[ceil(random() * 8)] AS tier,
    %(now)s - (2 + random() * 600) * interval '1 day' AS created_at
FROM (
    SELECT n::int, random() AS fate, (%(leads)s / %(open_handoffs)s)::int AS step
    FROM generate_series(1, %(leads)s) AS n
) AS drawn;

INSERT INTO leads_lead (
    id, email, email_key, first_name, last_name, title, phone, country, acquired, stage, tier,
    held_from, held_until, created_at, account_id, owner_id, team_id
)
SELECT
    n,
    'person-' || n || '@' || account.domain,
    'person-' || n || '@' || account.domain,
    (ARRAY['Anna', 'Ben', 'Chiara', 'David', 'Emma', 'Felix', 'Greta', 'Hugo', 'Ida', 'Jonas'])[1 + mod(n * 7, 10)],
    'Person' || mod(n * 31, 50021),
    (ARRAY['VP Marketing', 'Head of Sales', 'CEO', 'Marketing Manager', 'Developer', 'Student', ''])[1 + mod(n, 7)],
    CASE WHEN mod(n, 3) = 0 THEN '+49 30 901820' ELSE '' END,
    account.country,
    'OWN',
    stage,
    tier,
    CASE WHEN stage = 'RECYCLED' THEN %(now)s - interval '20 days' END,
    CASE WHEN stage = 'RECYCLED' THEN %(now)s + (1 + mod(n, 90)) * interval '1 day' END,
    bench_person.created_at,
    account.id,
    CASE WHEN stage IN ('MQL', 'SAL', 'SQL') AND NOT unassigned THEN rep.user_id END,
    CASE WHEN stage IN ('MQL', 'SAL', 'SQL') THEN rep.team_id END
FROM bench_person
JOIN leads_account AS account ON account.id = bench_person.account
JOIN bench_rep AS rep ON rep.number = bench_person.rep
ORDER BY n;
SELECT setval(pg_get_serial_sequence('leads_lead', 'id'), %(leads)s);
