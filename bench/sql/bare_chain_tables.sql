-- The least that a hand-off needs: six tables, the people who are there already, and the reps of each country in turn.
DROP TABLE IF EXISTS bare_audit, bare_clock, bare_handoff, bare_score, bare_turn, bare_person;

CREATE TABLE bare_person (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL, country text NOT NULL, employees integer
);

CREATE TABLE bare_score (person bigint PRIMARY KEY, fit real NOT NULL, engagement real NOT NULL);

CREATE TABLE bare_turn (country text, place integer, rep bigint NOT NULL, PRIMARY KEY (country, place));

CREATE TABLE bare_handoff (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, person bigint NOT NULL UNIQUE, rep bigint NOT NULL, at timestamptz NOT NULL
);

CREATE TABLE bare_clock (handoff bigint PRIMARY KEY, due_at timestamptz NOT NULL);

CREATE TABLE bare_audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, person bigint NOT NULL, at timestamptz NOT NULL, text text NOT NULL
);

INSERT INTO bare_person (email, country, employees)
SELECT lead.email_key, lead.country, account.employees
FROM leads_lead AS lead LEFT JOIN leads_account AS account ON account.id = lead.account_id
WHERE lead.email_key IS NOT NULL
ORDER BY lead.id;

CREATE UNIQUE INDEX bare_person_once ON bare_person (email);

INSERT INTO bare_score (person, fit, engagement) SELECT id, 50, 20 FROM bare_person ORDER BY id;

INSERT INTO bare_turn (country, place, rep)
SELECT country, row_number() OVER (PARTITION BY country ORDER BY rep.id) - 1, rep.id
FROM routing_territory AS territory, unnest(territory.countries) AS country, routing_rep AS rep
JOIN leads_user AS person ON person.id = rep.user_id
WHERE person.team_id = territory.team_id;

ANALYZE bare_person, bare_score, bare_turn;
