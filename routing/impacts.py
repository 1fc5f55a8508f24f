"""Tells what giving leads to somebody would do, before it happens: load, caps, clocks, what stays where (QU-9)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from leads.models import User
from leads.remembering import remembering
from routing import moves, reps
from routing.models import Absence, Breach, ClockKind, Handoff, Rep
from routing.moves import Chosen, LeftAlone, holder_id_of, holder_of
from routing.promises import promise_for


@dataclass(frozen=True)
class Giver:
    """Whoever gives leads away: how many they hold before, how many of these go, how many breaches stay theirs."""

    user: User
    held: int
    gives: int
    breaches: int


@dataclass(frozen=True)
class Impact:
    """What giving `going` to `to` would do, before it happens; who is out or full gets it only by saying why."""

    to: User
    going: list[Handoff]
    left: list[LeftAlone]
    held: int
    receives: int
    cap: int | None
    away_until: datetime | None
    passed_caps: list[str]
    fresh_clocks: int
    unassigned: int
    givers: list[Giver]

    @property
    def needs_reason(self) -> bool:
        """Whether it is done only by saying why."""
        return bool(self.passed_caps) or self.away_until is not None


def impact(chosen: Sequence[Chosen], *, to: User, by: User, now: datetime) -> Impact:
    """What `moves.move` would do now, in as many reads however many are chosen."""
    shown, left = moves.as_shown(chosen, by=by)
    going = []
    for handoff in shown:
        why = moves.why_cannot_have(to, handoff)
        if why:
            left.append(LeftAlone(handoff.lead.name, why))
        else:
            going.append(handoff)
    rep = Rep.objects.filter(user=to).select_related("user").get()
    receives = sum(handoff.is_open for handoff in going)
    absence = (
        Absence.objects.filter(rep=rep, starts_at__lte=now, ends_at__gt=now).order_by("-ends_at").first()
    )
    return Impact(
        to=to,
        going=going,
        left=left,
        held=reps.open_work([rep]).get(to.pk, 0),
        receives=receives,
        cap=rep.open_cap,
        away_until=absence.ends_at if absence else None,
        passed_caps=moves.passed_caps(rep, more=receives, now=now),
        fresh_clocks=_fresh_clocks(going),
        unassigned=sum(holder_of(handoff) is None for handoff in going),
        givers=_givers(going),
    )


def _fresh_clocks(going: Sequence[Handoff]) -> int:
    """How many first-response clocks start anew: for whom nobody has answered yet."""
    with remembering():
        promised = {handoff.pk for handoff in going if _has_promise(handoff)}
    waiting = {one.pk for one in going if one.is_open and one.kind == Handoff.Kind.QUALIFIED}
    running = Handoff.objects.filter(
        pk__in=promised - waiting,
        clocks__kind=ClockKind.FIRST_RESPONSE,
        clocks__stopped_at__isnull=True,
    )
    return len(promised & waiting) + (running.count() if promised - waiting else 0)


def _has_promise(handoff: Handoff) -> bool:
    tier = handoff.lead.tier or handoff.tier
    promise = promise_for(ClockKind.FIRST_RESPONSE, tier=tier, priority=handoff.priority)
    return promise is not None and handoff.first_contact_at is None


def _givers(going: Sequence[Handoff]) -> list[Giver]:
    """Everybody who gives open hand-offs away, by name."""
    people = {holder.pk: holder for handoff in going if (holder := holder_of(handoff))}
    gives = Counter(holder_id_of(handoff) for handoff in going if handoff.is_open)
    held = Counter(Handoff.objects.open().filter(assignee__in=people).values_list("assignee", flat=True))
    breaches = Counter(
        Breach.objects.filter(clock__handoff__in=going, holder__in=people).values_list("holder", flat=True)
    )
    return [
        Giver(user, held[user.pk], gives[user.pk], breaches[user.pk])
        for user in sorted(people.values(), key=str)
    ]
