"""The statements by which clocks stop and start, each one whole: what runs is locked as it is, then all is written.

Each answers with what runs from then on, as (kind, due time, NULL), and with what stopped late and was not yet
breached, as (kind, due time, id).
"""

# What runs is locked as it is now, then stops or runs on; of what stops, nothing more is to happen.
STOPPING = """
    running AS (
        SELECT id, kind, due_at, breached_at FROM routing_clock
        WHERE {whose} AND stopped_at IS NULL ORDER BY id FOR NO KEY UPDATE
    ), still AS (
        SELECT kind, due_at FROM running WHERE kind <> ALL (%(stopping)s::text[])
    ), stopped AS (
        UPDATE routing_clock AS clock SET stopped_at = %(now)s FROM running
        WHERE clock.id = running.id AND running.kind = ANY (%(stopping)s::text[])
        RETURNING clock.id, clock.kind, clock.due_at, clock.due_at < %(now)s AND clock.breached_at IS NULL AS is_late
    ), called_off AS (
        UPDATE routing_clockstep AS step SET done_at = %(now)s, outcome = 'CALLED_OFF' FROM stopped
        WHERE step.clock_id = stopped.id AND step.done_at IS NULL
    )
"""
# Clocks that start, each of a kind that does not run, and the steps of those that do not stop at once
STARTING = """
    begun AS (
        INSERT INTO routing_clock (
            handoff_id, lead_id, holder_id, team_id, tier, started_at,
            kind, service_level_id, target, due_at, stopped_at
        )
        SELECT %(handoff)s::bigint, %(lead)s::bigint, %(holder)s::bigint, %(team)s::bigint, %(tier)s, %(now)s, fresh.*
        FROM unnest(
            %(kinds)s::text[], %(promises)s::bigint[], %(targets)s::interval[], %(due)s::timestamptz[],
            %(stopped)s::timestamptz[]
        ) AS fresh (kind, service_level_id, target, due_at, stopped_at) {unless}
        RETURNING id, kind, due_at, stopped_at
    ), laid AS (
        INSERT INTO routing_clockstep (clock_id, action, after, due_at, outcome, note, attempts)
        SELECT begun.id, step.action, step.after, step.due_at, '', '', 0
        FROM unnest(%(of)s::text[], %(actions)s::text[], %(after)s::interval[], %(then)s::timestamptz[])
            WITH ORDINALITY AS step (kind, action, after, due_at, place)
        JOIN begun ON begun.kind = step.kind AND begun.stopped_at IS NULL ORDER BY place
    )
"""
LATE = "SELECT kind, due_at, id FROM stopped WHERE is_late"
STILL = "SELECT kind, due_at, NULL::bigint AS late FROM still"
BEGUN = "SELECT kind, due_at, NULL::bigint AS late FROM begun WHERE stopped_at IS NULL"
_stopping, _rest = (
    STOPPING.format(whose="handoff_id = %(handoff)s"),
    "WHERE fresh.kind NOT IN (SELECT kind FROM still)",
)
STOP = f"WITH {_stopping} {STILL} UNION ALL {LATE}"
START = f"WITH {STARTING.format(unless='')} {BEGUN}"
PASS = f"WITH {_stopping}, {STARTING.format(unless=_rest)} {STILL} UNION ALL {BEGUN} UNION ALL {LATE}"
STOP_OF_LEAD = f"WITH {STOPPING.format(whose='lead_id = %(lead)s')} {LATE}"
