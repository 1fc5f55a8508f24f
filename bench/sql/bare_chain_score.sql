-- Know each person once, add the rows' points to their score, and say who is to be handed over.
INSERT INTO bare_person (email, country, employees)
SELECT DISTINCT ON (email) email, country, employees FROM bare_row ORDER BY email, number
ON CONFLICT (email) DO NOTHING;

INSERT INTO bare_score (person, fit, engagement)
SELECT person.id, CASE WHEN person.employees BETWEEN 50 AND 5000 THEN 80 ELSE 30 END, points
FROM (SELECT email, sum(points) AS points FROM bare_row GROUP BY email) AS told JOIN bare_person AS person USING (email)
ON CONFLICT (person) DO UPDATE SET engagement = bare_score.engagement + excluded.engagement;

CREATE TEMP TABLE bare_waiting ON COMMIT DROP AS
SELECT person.id AS person, person.country
FROM (SELECT email FROM bare_row WHERE qualifies GROUP BY email) AS told JOIN bare_person AS person USING (email);
