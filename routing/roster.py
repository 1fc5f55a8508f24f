"""Who the reps are and what they may receive: edits caps, weight, pools, territories and absences (RT-1).

A manager edits the reps of the teams below, operations everybody; whoever may not see a rep cannot edit one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from leads import audit
from leads.concurrent_edits import edition, require_unchanged
from leads.models import Role, Team, User
from routing.models import Absence, Pool, PoolMember, Rep

SEES_EVERY_REP = (Role.OPS, Role.MARKETER, Role.VIEWER)
CAPS = ("daily_cap", "weekly_cap", "open_cap")
OF_MANAGERS = (*CAPS, "backup")
LONGEST = timedelta(days=10 * 366)
"""Longer than anybody is away and comes back, and nearer than what a calendar can say."""
COLUMNS = ("weight", *CAPS, "backup", "is_senior", "segments", "time_zone", "is_active")
RELATED = ("territories", "pools")


class BackupCircle(Exception):
    """The backup would pass leads on to the rep again; the message names the way round."""


class AbsenceRefused(Exception):
    """The absence cannot be kept; the message says why."""


def visible_to(user: User) -> QuerySet[Rep]:
    """Reps whom `user` may know of: a manager those of the teams below, the rest of the office all."""
    reps = Rep.objects.select_related("user__team", "backup__user")
    if user.role in SEES_EVERY_REP:
        return reps
    if user.role == Role.MANAGER:
        return reps.filter(user__team__in=Team.objects.led_by(user))
    return reps.none()


def editable_by(user: User) -> tuple[str, ...]:
    """What `user` may change about a rep that they see."""
    return {Role.OPS: (*COLUMNS, *RELATED), Role.MANAGER: OF_MANAGERS}.get(Role(user.role), ())


def enlist(user: User) -> Rep | None:
    """Make a rep of whoever sells, where they are not one yet; they receive once they are in a pool."""
    if not user.works_leads:
        return None
    rep, _ = Rep.objects.get_or_create(user=user)
    if user.is_active and not rep.is_active:
        Rep.objects.filter(pk=rep.pk).update(is_active=True)
    return rep


def retire(user: User) -> bool:
    """Whoever may decide nothing any more receives nothing more; whether that is so of `user`."""
    if user.works_leads or user.role in (Role.MANAGER, Role.OPS):
        return False
    Rep.objects.filter(user=user, is_active=True).update(is_active=False)
    return True


def values_of(rep: Rep, names: Iterable[str]) -> dict[str, Any]:
    """What `names` hold now, as plain values."""
    values: dict[str, Any] = {name: getattr(rep, name) for name in COLUMNS}
    values["backup"] = rep.backup_id
    values["territories"] = sorted(rep.territories.values_list("pk", flat=True))
    values["pools"] = sorted(rep.memberships.values_list("pool", flat=True))
    return {name: values[name] for name in names}


def edition_of(rep: Rep, names: Iterable[str]) -> str:
    """The edition of what `names` hold now, for a form to carry."""
    return edition(values_of(rep, names))


def edit(rep: Rep, changes: Mapping[str, Any], *, seen: str, by: User, now: datetime) -> None:
    """Store `changes`, where what they replace is still what was `seen`.

    Raises EditedMeanwhile and BackupCircle. A new pool begins with nothing owed; nobody else's turn changes (RT-5).
    """
    with transaction.atomic():
        reps = Rep.objects.select_for_update(no_key=True, of=("self",)).select_related("user").order_by("pk")
        everybody = {each.pk: each for each in reps}
        locked = everybody[rep.pk]
        before = values_of(locked, changes)
        require_unchanged(before, seen=seen)
        if "backup" in changes:
            _refuse_circle(locked, changes["backup"], everybody)
        columns = {name: value for name, value in changes.items() if name in COLUMNS}
        Rep.objects.filter(pk=rep.pk).update(**columns)
        if "territories" in changes:
            locked.territories.set(changes["territories"])
        if "pools" in changes:
            _join(locked, changes["pools"])
        audit.record_change(
            "rep.edited",
            subject=f"rep:{rep.pk}",
            text=f"Changed what {locked} may receive.",
            by=by,
            at=now,
            before=before,
            after=values_of(Rep.objects.get(pk=rep.pk), changes),
        )


def add_absence(rep: Rep, *, starts_at: datetime, ends_at: datetime, now: datetime) -> Absence:
    """Keep that the rep is away and receives nothing. Raises AbsenceRefused."""
    with transaction.atomic():
        Rep.objects.select_for_update(no_key=True, of=("self",)).get(pk=rep.pk)
        if ends_at <= starts_at:
            raise AbsenceRefused("It must end after it starts.")
        if ends_at <= now:
            raise AbsenceRefused("It is over already, so it would change nothing.")
        if ends_at > now + LONGEST or starts_at < now - LONGEST:
            raise AbsenceRefused("Nobody is out for more than ten years: let who leaves for good leave.")
        if rep.absences.filter(starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
            raise AbsenceRefused("It overlaps an absence that is kept already.")
        return Absence.objects.create(rep=rep, starts_at=starts_at, ends_at=ends_at)


def end_absence(absence: Absence, *, now: datetime) -> None:
    """Bring the rep back: what has begun ends now and stays in the history, what has not is taken out."""
    begun = Absence.objects.filter(pk=absence.pk, starts_at__lt=now)
    if not begun.update(ends_at=now):
        Absence.objects.filter(pk=absence.pk).delete()


def _join(rep: Rep, pools: Sequence[Pool]) -> None:
    wanted = {pool.pk for pool in pools}
    rep.memberships.exclude(pool__in=wanted).delete()
    held = set(rep.memberships.values_list("pool", flat=True))
    PoolMember.objects.bulk_create([PoolMember(pool_id=pool, rep=rep) for pool in sorted(wanted - held)])


def _refuse_circle(rep: Rep, backup: Rep | None, everybody: Mapping[int, Rep]) -> None:
    """Follow the backups from `backup` on; coming by `rep` again is a circle."""
    way = [rep]
    following = backup.pk if backup else None
    while following is not None and everybody[following] not in way:
        way.append(everybody[following])
        following = everybody[following].backup_id
    if following == rep.pk:
        names = " → ".join(str(each) for each in [*way, rep])
        raise BackupCircle(f"Leads would go round in a circle: {names}.")
