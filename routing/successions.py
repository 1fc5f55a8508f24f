"""Passes on what somebody cannot work: all of it when they leave, what is due when they are out (RT-9, RT-12)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from leads import audit, ownership, people
from leads.actors import Actor, Job
from leads.domain.stages import Stage
from leads.models import Lead, User
from leads.ownership import Passed
from routing import pauses, rerouting, roster
from routing.managers import managers_of
from routing.models import Absence, ClockPause, Handoff, Rep
from routing.models.handoff import HandoffQuerySet
from routing.rerouting import Cause

JOB = Job("succession")
IN_SALES = [stage.value for stage in (Stage.MQL, Stage.SAL, Stage.SQL, Stage.OPPORTUNITY)]


@dataclass(frozen=True)
class Covered:
    """What became of the leads of somebody who is out: passed on, standing still, or staying as they are."""

    moved: int = 0
    paused: int = 0
    stayed: int = 0


@dataclass(frozen=True)
class Left:
    """What went to others when somebody left."""

    leads: int
    accounts: int
    deals: int


def leave(rep: Rep, *, by: Actor, now: datetime, successor: User | None = None) -> Left:
    """The rep leaves: can sign in no more, is out at once, receives nothing more; all open work goes to others.

    Leads go to the backup or whoever is next in turn; companies and open deals to `successor`, or else to the manager.
    What a killed run leaves behind, `pass_on_what_leavers_hold` takes up.
    """
    with transaction.atomic():
        Rep.objects.filter(pk=rep.pk).update(is_active=False)
        people.close(rep.user, by=by, now=now)
        heir = {"successor": str(successor) if successor else None}
        _record("left", rep, text=f"{rep} left; open work goes to others.", by=by, now=now, after=heir)
        early = _pass_on_ownership(rep.user, to=successor, by=by, now=now) if successor else Passed()
    leads = _pass_on_all(rep.user_id, by=by, now=now)
    late = _pass_on_ownership(rep.user, to=None, by=by, now=now)
    return Left(leads, early.accounts + late.accounts, early.deals + late.deals)


def step_down(user: User, *, by: Actor, now: datetime) -> int:
    """Where `user` has a role by now that decides no hand-offs, all that they hold goes to others; how many leads."""
    return _pass_on_all(user.pk, by=by, now=now) if roster.retire(user) else 0


def pass_on_what_leavers_hold(*, now: datetime) -> int:
    """Whoever was deactivated by any way holds no work a minute later (RT-10); returns how much was passed on."""
    holders = Lead.objects.filter(owner__is_active=False, stage__in=IN_SALES).values_list("owner", flat=True)
    leads = sum(_pass_on_all(user_id, by=JOB, now=now) for user_id in set(holders) if user_id is not None)
    passed = [_pass_on_ownership(user, to=None, by=JOB, now=now) for user in ownership.left_with_work()]
    return leads + sum(each.accounts + each.deals for each in passed)


def _pass_on_ownership(holder: User, *, to: User | None, by: Actor, now: datetime) -> Passed:
    """Companies and open deals go to `to`, or to the holder's manager; they stay where there is neither."""
    heir = to or next((one for one in managers_of(holder.team) if one.pk != holder.pk), None)
    return ownership.pass_on(holder, to=heir, by=by, now=now) if heir else Passed()


def announce(rep: Rep, *, starts_at: datetime, ends_at: datetime, by: Actor, now: datetime) -> Covered:
    """Keep that the rep is out; where that has begun, their due leads go to others at once. Raises AbsenceRefused."""
    with transaction.atomic():
        absence = roster.add_absence(rep, starts_at=starts_at, ends_at=ends_at, now=now)
        span = {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}
        _record("out", rep, text=f"{rep} is out.", by=by, now=now, after=span)
    return _cover(absence, by=by, now=now) if starts_at <= now else Covered()


def come_back(absence: Absence, *, by: Actor, now: datetime) -> None:
    """The rep is back early: what stood still runs on; what went to others stays there."""
    with transaction.atomic():
        user = absence.rep.user
        roster.end_absence(absence, now=now)
        told = {"ends_at": absence.ends_at.isoformat()}
        _record("back", absence.rep, text=f"{absence.rep} is back early.", by=by, now=now, before=told)
        pauses.resume_held_by(user, cause=pauses.Cause.AWAY, by=by, now=now)


def _record(verb: str, rep: Rep, *, text: str, by: Actor, now: datetime, **values: Any) -> None:
    audit.record(f"rep.{verb}", subject=f"rep:{rep.pk}", text=text, by=by, at=now, **values)


def cover_begun(*, now: datetime) -> Covered:
    """Pass on the due leads of everybody whose absence has begun since the last run."""
    total = Covered()
    begun = Absence.objects.filter(covered_at__isnull=True, starts_at__lte=now, ends_at__gt=now)
    for absence in list(begun.order_by("starts_at", "id").select_related("rep__user")):
        found = _cover(absence, by=JOB, now=now)
        total = Covered(total.moved + found.moved, total.paused + found.paused, total.stayed + found.stayed)
    return total


def _cover(absence: Absence, *, by: Actor, now: datetime) -> Covered:
    """Leads due before the rep is back go to the backup, or the next in turn; or else they stand still until then.

    Each lead in its own transaction, so that no decision waits for all of them; what a killed run leaves, the next one
    takes up.
    """
    found: Counter[str] = Counter()
    held = _held_by(absence.rep.user_id)
    for handoff in list(_due(held, absence).order_by("pk")):
        with transaction.atomic():
            if not _is_ours(absence, now=now):
                return Covered(found["moved"], found["paused"])
            found[_cover_one(handoff, absence, by=by, now=now)] += 1
    Absence.objects.filter(pk=absence.pk, covered_at__isnull=True).update(covered_at=now)
    return Covered(found["moved"], found["paused"], held.count() - found["paused"])


def _due(held: HandoffQuerySet, absence: Absence) -> HandoffQuerySet:
    """Those of which a clock is due before the rep is back, and does not stand still until then."""
    due = held.filter(clocks__stopped_at__isnull=True, clocks__due_at__lt=absence.ends_at)
    waits = ClockPause.objects.filter(cause=pauses.Cause.AWAY, ends_at__gte=absence.ends_at)
    return due.exclude(clocks__in=waits.values("clock")).distinct()


def _is_ours(absence: Absence, *, now: datetime) -> bool:
    """Whether the absence goes on, and nobody else covers it at the moment; nobody else will while this lasts."""
    rows = Absence.objects.select_for_update(skip_locked=True).filter(pk=absence.pk, ends_at__gt=now)
    return rows.filter(covered_at__isnull=True).first() is not None


def _cover_one(handoff: Handoff, absence: Absence, *, by: Actor, now: datetime) -> str:
    """What became of the lead: moved, paused, or gone where somebody else took care of it meanwhile."""
    Lead.objects.locked().get(pk=handoff.lead_id)
    if not _due(_held_by(absence.rep.user_id), absence).filter(pk=handoff.pk).exists():
        return "gone"
    return "moved" if _pass_on_or_pause(handoff, absence, by=by, now=now) else "paused"


def _pass_on_or_pause(handoff: Handoff, absence: Absence, *, by: Actor, now: datetime) -> bool:
    """Whether somebody could take over; where nobody can, the clocks stand still until the rep is back."""
    try:
        rerouting.reroute(handoff, by=by, now=now, cause=Cause.AWAY)
    except rerouting.NobodyFree:
        pauses.pause_handoff(handoff, until=absence.ends_at, cause=pauses.Cause.AWAY, by=by, now=now)
        return False
    return True


def _pass_on_all(user_id: int, *, by: Actor, now: datetime) -> int:
    """Each lead in its own transaction, so that no decision waits for two hundred others.

    What was decided or passed on since it was looked for stays as it is.
    """
    moved = 0
    for handoff in list(_held_by(user_id).order_by("pk")):
        with transaction.atomic():
            Lead.objects.locked().get(pk=handoff.lead_id)
            if _held_by(user_id).filter(pk=handoff.pk).exists():
                rerouting.reroute(handoff, by=by, now=now, cause=Cause.LEFT)
                moved += 1
    return moved


def _held_by(user_id: int) -> HandoffQuerySet:
    """The open hand-offs of somebody, and the latest hand-off of each accepted lead that they own.

    Asked of their leads alone, which an index knows: of all hand-offs, either of two tables may say whose one is.
    """
    given = Handoff.objects.open().filter(assignee=user_id)
    owned = Lead.objects.filter(owner=user_id, stage__in=IN_SALES)
    theirs = given.values("lead").union(owned.values("pk"))
    stand = Handoff.objects.that_stand().order_by("lead_id", "-qualified_at", "-id")
    latest = stand.filter(lead__in=theirs).distinct("lead_id")
    accepted = Q(status=Handoff.Status.ACCEPTED, lead__owner=user_id, lead__stage__in=IN_SALES)
    mine = Handoff.objects.filter(Q(status=Handoff.Status.OPEN, assignee=user_id) | accepted)
    return mine.filter(pk__in=latest.values("pk"))
