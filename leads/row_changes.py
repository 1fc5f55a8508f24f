"""Writes what changes of a lead's row, with the stages that it goes through: inside `together`, all as one statement.

Each new version of the row has to be entered in its indexes, and a lead that is handed over would get four: its tier,
two stages, and whose it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from leads import prepared
from leads.arrays import array
from leads.domain.stages import Stage
from leads.models import Lead, StageVisit

# Compare and set, leave the stage that was and enter those that follow: each visit is counted among the earlier ones
# of its stage, and begins only once the open one has ended, of which a lead has one. Those of before are counted once,
# not for each visit, so that the server sees nothing to gain by how many there are and keeps its plan.
MOVE = """
    WITH moved AS (
        UPDATE leads_lead SET {changes} WHERE id = %(lead)s AND stage = %(left)s RETURNING id
    ), ended AS (
        UPDATE leads_stagevisit SET left_at = %(left_at)s
        FROM moved WHERE lead_id = moved.id AND left_at IS NULL RETURNING 1
    ), earlier AS (
        SELECT stage, count(*) AS times FROM leads_stagevisit WHERE lead_id = %(lead)s GROUP BY stage
    )
    INSERT INTO leads_stagevisit
        (lead_id, stage, number, came_from, entered_at, left_at, how, cause, actor_id, job, reason)
    SELECT moved.id, visit.stage, visit.number + coalesce(earlier.times, 0),
        visit.came_from, visit.entered_at, visit.left_at, visit.how, visit.cause, visit.actor_id, visit.job,
        visit.reason
    FROM moved CROSS JOIN (SELECT count(*) FROM ended) AS one CROSS JOIN unnest(
        %(stage)s::text[], %(number)s::int[], %(came_from)s::text[], %(entered_at)s::timestamptz[],
        %(until)s::timestamptz[], %(how)s::text[], %(cause)s::text[], %(actor_id)s::bigint[], %(job)s::text[],
        %(reason)s::text[]
    ) WITH ORDINALITY
        AS visit (stage, number, came_from, entered_at, left_at, how, cause, actor_id, job, reason, place)
    LEFT JOIN earlier ON earlier.stage = visit.stage
    ORDER BY place
"""
# The same for the one visit of most moves, which takes half as long without arrays
STEP = """
    WITH moved AS (
        UPDATE leads_lead SET {changes} WHERE id = %(lead)s AND stage = %(left)s RETURNING id
    ), ended AS (
        UPDATE leads_stagevisit SET left_at = %(entered_at)s
        FROM moved WHERE lead_id = moved.id AND left_at IS NULL RETURNING 1
    )
    INSERT INTO leads_stagevisit
        (lead_id, stage, number, came_from, entered_at, how, cause, actor_id, job, reason)
    SELECT moved.id, %(stage)s, earlier.times + 1,
        %(came_from)s, %(entered_at)s, %(how)s, %(cause)s, %(actor_id)s::bigint, %(job)s, %(reason)s
    FROM moved CROSS JOIN (SELECT count(*) FROM ended) AS one CROSS JOIN (
        SELECT count(*) AS times FROM leads_stagevisit WHERE lead_id = %(lead)s AND stage = %(stage)s
    ) AS earlier
"""
CHANGE = "UPDATE leads_lead SET {changes} WHERE id = %(lead)s"
ARRAYS = ("stage", "came_from", "entered_at", "how", "cause", "actor_id", "job", "reason")
Visit = Mapping[str, Any]


class StageConflict(Exception):
    """Somebody else moved the lead meanwhile."""


@dataclass
class _Changed:
    """What is to be written of one lead, and the stage at which it is stored; nobody else knows one that is new."""

    lead: Lead
    left: Stage
    is_new: bool = False
    columns: dict[str, Any] = field(default_factory=dict)
    visits: list[Visit] = field(default_factory=list)
    is_locked: bool = False


_waiting: ContextVar[dict[int, _Changed] | None] = ContextVar("waiting", default=None)


def change(lead: Lead, **columns: Any) -> None:
    """Write these columns, which the object says already."""
    with together() as waiting:
        _of(lead, waiting).columns |= columns


def begin(lead: Lead, visit: Visit) -> None:
    """Write the first visit of a lead that has just been stored; each visit is said by column, without its number."""
    with together() as waiting:
        changed = _of(lead, waiting)
        changed.is_new = True
        changed.visits.append(visit)


def move(lead: Lead, visit: Visit, *, is_locked: bool = False, **columns: Any) -> None:
    """Pass from the stage that the object says to that of the visit, and write these columns too.

    Raises StageConflict, at the end of the block, where the lead is stored at another stage; of a lead that
    `is_locked`, so that it stands where the object says, with the next statement.
    """
    with together() as waiting:
        changed = _of(lead, waiting)
        changed.is_locked |= is_locked
        changed.columns |= {**columns, "stage": visit["stage"]}
        changed.visits.append(visit)
    lead.stage = visit["stage"].value


@contextmanager
def together() -> Iterator[dict[int, _Changed]]:
    """What changes inside, in one transaction, is written when the block ends: each lead by one statement."""
    waiting = _waiting.get()
    if waiting is not None:
        yield waiting
        return
    waiting = {}
    token = _waiting.set(waiting)
    try:
        yield waiting
    finally:
        _waiting.reset(token)
    for changed in waiting.values():
        _write(changed)


def _of(lead: Lead, waiting: dict[int, _Changed]) -> _Changed:
    if lead.pk not in waiting:
        waiting[lead.pk] = _Changed(lead, Stage(lead.stage))
    return waiting[lead.pk]


def _write(changed: _Changed) -> None:
    told = {f"to_{name}": value for name, value in changed.columns.items()}
    told |= {"lead": changed.lead.pk, "left": changed.left}
    names = tuple(changed.columns)
    if not changed.visits:
        prepared.run_later(_setting(CHANGE, names), told)
    elif not names:
        prepared.insert_later(StageVisit, [{**visit, "number": 1} for visit in changed.visits])
    elif len(changed.visits) == 1:
        _move(changed, _setting(STEP, names), {**told, **changed.visits[0]})
    else:
        _move(changed, _setting(MOVE, names), told | _columns_of(changed))


def _move(changed: _Changed, statement: str, told: Mapping[str, Any]) -> None:
    conflict = StageConflict(f"{changed.lead} is no longer at {changed.left.label}.")
    if changed.is_new:
        prepared.run_later(statement, told)
    elif changed.is_locked:
        prepared.run_later(statement, told, refusal=conflict)
    elif not prepared.run(statement, told):
        raise conflict


@cache
def _setting(statement: str, names: tuple[str, ...]) -> str:
    return statement.format(changes=", ".join(f"{name} = %(to_{name})s" for name in names))


def _columns_of(changed: _Changed) -> dict[str, Any]:
    """The visits as the statement takes them: a visit lasts until the next begins."""
    visits = changed.visits
    entered = [visit["entered_at"] for visit in visits]
    return {
        "left_at": entered[0],
        "until": array([*entered[1:], None]),
        "number": array(_numbers([visit["stage"] for visit in visits])),
        **{name: array([visit[name] for visit in visits]) for name in ARRAYS},
    }


def _numbers(stages: Sequence[Stage]) -> list[int]:
    """Which visit of its stage each is, among these."""
    seen: Counter[Stage] = Counter()
    numbers = []
    for stage in stages:
        seen[stage] += 1
        numbers.append(seen[stage])
    return numbers
