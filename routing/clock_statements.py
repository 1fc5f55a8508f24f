"""The statements by which clocks stop and start, each one whole: what runs is locked as it is, then all is written.

Each that stops some answers with what runs from then on, as (kind, due time, NULL), and with what stopped late and was
not yet breached, as (kind, due time, id).
"""

# What runs is locked as it is now, then stops or runs on; what was being tried for what stops is tried no more.
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
# Of a hand-off for which none runs yet; what is known of them is known by whoever says it
START = """
    INSERT INTO routing_clock (
        handoff_id, lead_id, holder_id, team_id, tier, started_at,
        kind, service_level_id, target, due_at, stopped_at, step_actions, step_after, step_due
    )
    SELECT
        %(handoff)s::bigint, %(lead)s::bigint, %(holder)s::bigint, %(team)s::bigint, %(tier)s, %(now)s,
        kind, service_level_id, target, due_at, stopped_at,
        step_actions::varchar[], step_after::interval[], step_due::timestamptz[]
    FROM unnest(
        %(kinds)s::text[], %(promises)s::bigint[], %(targets)s::interval[], %(due)s::timestamptz[],
        %(stopped)s::timestamptz[], %(step_actions)s::text[], %(step_after)s::text[], %(step_due)s::text[]
    ) AS fresh (kind, service_level_id, target, due_at, stopped_at, step_actions, step_after, step_due)
"""
LATE = "SELECT kind, due_at, id FROM stopped WHERE is_late"
STILL = "SELECT kind, due_at, NULL::bigint AS late FROM still"
BEGUN = "SELECT kind, due_at, NULL::bigint AS late FROM begun WHERE stopped_at IS NULL"
# … and, where what ran stands still because the lead asked to be called later, until when
CALLED_LATER = """
    SELECT cause, max(ends_at), NULL::bigint FROM routing_clockpause
    WHERE clock_id IN (SELECT id FROM running) AND cause = 'CALL_LATER' AND ends_at > %(now)s GROUP BY cause
"""
_stopping = STOPPING.format(whose="handoff_id = %(handoff)s")
_rest = f"{START} WHERE fresh.kind NOT IN (SELECT kind FROM still) RETURNING kind, due_at, stopped_at"  # noqa: S608
STOP = f"WITH {_stopping} {STILL} UNION ALL {LATE}"
PASS = f"WITH {_stopping}, begun AS ({_rest}) {STILL} UNION ALL {BEGUN} UNION ALL {LATE} UNION ALL {CALLED_LATER}"
STOP_OF_LEAD = f"WITH {STOPPING.format(whose='lead_id = %(lead)s')} {LATE}"
