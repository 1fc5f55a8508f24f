"""The one writer of rotations: takes a turn, and gives one back exactly where the lead was no lead (RT-5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from leads import copying, prepared
from leads.cells import cell
from leads.models import Lead
from routing.domain import rotation
from routing.models import Handoff, Pool, Turn

TAKE = """
    UPDATE routing_poolmember SET
        deficit = turn.deficit,
        received = received + (id = %(receiver)s)::int,
        last_received_at = CASE WHEN id = %(receiver)s THEN %(now)s::timestamptz ELSE last_received_at END
    FROM unnest(%(members)s::bigint[], %(deficits)s::float8[]) AS turn (member, deficit)
    WHERE id = turn.member
"""
TAKE_MANY = """
    UPDATE routing_poolmember SET
        deficit = taken.deficit,
        received = received + taken.times,
        last_received_at = coalesce(taken.last, last_received_at)
    FROM unnest(%s::bigint[], %s::float8[], %s::int[], %s::timestamptz[]) AS taken (member, deficit, times, last)
    WHERE id = taken.member
"""
MOVE = """
    UPDATE routing_poolmember SET
        deficit = deficit + %(sign)s * (turn.share - (id = %(receiver)s)::int),
        received = received + %(sign)s * (id = %(receiver)s)::int,
        last_received_at = CASE
            WHEN id = %(receiver)s AND last_received_at IS NOT DISTINCT FROM %(from)s THEN %(to)s::timestamptz
            ELSE last_received_at END
    FROM unnest(%(members)s::bigint[], %(shares)s::float8[]) AS turn (member, share)
    WHERE id = turn.member AND pool_id = %(pool)s
"""


COLUMNS = ("pool_id", "rep_id", "member", "lead_id", "at", "shares", "waited_since")


def take(turn: rotation.Turn, *, pool: Pool, rep: int, lead: Lead, now: datetime) -> None:
    """Write everybody's deficit and the receiver's turn, while the pool is locked, and keep the turn."""
    prepared.run_later(
        TAKE,
        {
            "members": list(turn.deficits),
            "deficits": list(turn.deficits.values()),
            "receiver": turn.receiver.id,
            "now": now,
        },
    )
    prepared.insert_later(
        Turn,
        [
            {
                "pool_id": pool.pk,
                "rep_id": rep,
                "member": turn.receiver.id,
                "lead_id": lead.pk,
                "at": now,
                "shares": turn.shares,
                "waited_since": turn.receiver.last_received_at,
            }
        ],
    )


class Taken(NamedTuple):
    """A turn as it was taken in a pool, by a rep for a lead, all by their ids; the receiver had waited since then."""

    turn: rotation.Turn
    pool: int
    rep: int
    lead: int
    at: datetime
    waited_since: datetime | None


def take_many(taken: Sequence[Taken]) -> None:
    """Write turns that followed each other in locked pools, as taking one after the other would leave them."""
    deficits: dict[int, float] = {}
    times: Counter[int] = Counter()
    last: dict[int, datetime] = {}
    for one in taken:
        deficits.update(one.turn.deficits)
        times[one.turn.receiver.id] += 1
        last[one.turn.receiver.id] = one.at
    members = sorted(deficits)
    columns = (
        members,
        [deficits[member] for member in members],
        [times[member] for member in members],
        [last.get(member) for member in members],
    )
    with connection.cursor() as cursor:
        cursor.execute(TAKE_MANY, columns)
    copying.write(Turn, COLUMNS, _lines(taken))


def _lines(taken: Sequence[Taken]) -> Iterator[str]:
    """The rows; what everybody earned is the same as long as the same can receive."""
    shares: dict[tuple[int, ...], str] = {}
    for one in taken:
        earned = one.turn.shares
        eligible = tuple(earned)
        if eligible not in shares:
            shares[eligible] = cell(earned)
        at, since = cell(one.at), cell(one.waited_since)
        receiver = one.turn.receiver.id
        yield f"{one.pool}\t{one.rep}\t{receiver}\t{one.lead}\t{at}\t{shares[eligible]}\t{since}"


def give_back(handoff: Handoff, *, now: datetime) -> int:
    """Undo the turns that the hand-off took, as if they had never been; returns how many.

    What each member earned is taken off, and the receiver's payment returned, whatever happened to the pool since.
    """
    taken = Turn.objects.filter(
        lead=handoff.lead_id, at__gte=handoff.qualified_at, given_back_at__isnull=True
    )
    return _move(taken, sign=-1, given_back_at=now)


def take_again(handoff: Handoff, *, given_back_at: datetime) -> int:
    """Pay again for the turns that a rejection at that moment had given back."""
    given = Turn.objects.filter(
        lead=handoff.lead_id, at__gte=handoff.qualified_at, given_back_at=given_back_at
    )
    return _move(given, sign=1, given_back_at=None)


def _move(found: Iterable[Turn], *, sign: int, given_back_at: datetime | None) -> int:
    turns = sorted(found, key=lambda turn: turn.pool_id)  # pools are locked in one order
    for turn in turns:
        Pool.objects.select_for_update(no_key=True).get(pk=turn.pool_id)
        before, after = (turn.at, turn.waited_since) if sign < 0 else (turn.waited_since, turn.at)
        with connection.cursor() as cursor:
            cursor.execute(
                MOVE,
                {
                    "sign": sign,
                    "pool": turn.pool_id,
                    "receiver": turn.member,
                    "members": [int(member) for member in turn.shares],
                    "shares": list(turn.shares.values()),
                    "from": before,
                    "to": after,
                },
            )
        Turn.objects.filter(pk=turn.pk).update(given_back_at=given_back_at)
    return len(turns)
