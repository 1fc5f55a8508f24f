-- Give everybody who waits to the next rep of their country, with a promised answer in four hours and an entry in the audit.
WITH handed AS (
    INSERT INTO bare_handoff (person, rep, at)
    SELECT waiting.person, turn.rep, %(now)s
    FROM (
        SELECT person, country, row_number() OVER (PARTITION BY country ORDER BY person) AS number FROM bare_waiting
    ) AS waiting
    JOIN (SELECT country, count(*) AS reps FROM bare_turn GROUP BY country) AS territory USING (country)
    JOIN bare_turn AS turn ON turn.country = waiting.country AND turn.place = mod(waiting.number, reps)
    ON CONFLICT (person) DO NOTHING
    RETURNING id, person
), promised AS (
    INSERT INTO bare_clock (handoff, due_at) SELECT id, %(now)s + interval '4 hours' FROM handed
)
INSERT INTO bare_audit (person, at, text) SELECT person, %(now)s, 'Handed over by territory and turn.' FROM handed
