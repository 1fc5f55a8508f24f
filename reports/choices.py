"""What the filters of a report offer a viewer: the teams and reps whose leads they may see, and the tiers."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from leads.models import Team, User
from reports.divisions import tier_place
from routing.models import Clock, Handoff
from scoring.models import Tier

Choices = list[tuple[str, str]]
LONGEST_ID = 18


def teams(user: User, *, asked: str) -> Choices:
    """Every team, or the viewer's own and those below it; and the one asked for, if they may know of its leads."""
    offered = Team.objects.all() if user.sees_every_lead else Team.objects.led_by(user)
    clocks, handoffs = Clock.objects.visible_to(user), Handoff.objects.visible_to(user)
    of_it = {"team": OuterRef("pk")}
    known = Q(Exists(clocks.filter(**of_it))) | Q(Exists(handoffs.filter(**of_it)))
    return _with_asked(offered, asked, known=known)


def reps(user: User, *, asked: str) -> Choices:
    """Who ever had a lead and is in the viewer's teams; and the one asked for, if they may know of a lead of theirs.

    A decision that was made outside of Baton has no clock, and one may hold a clock of a lead that is another's.
    """
    had = _had(Clock.objects.all(), Handoff.objects.all())
    holders = User.objects.only("name", "email").filter(had)
    if not user.sees_every_lead:
        holders = holders.filter(Q(team__in=Team.objects.led_by(user)) | Q(pk=user.pk))
    known = _had(Clock.objects.visible_to(user), Handoff.objects.visible_to(user))
    return _with_asked(holders, asked, known=known)


def tiers() -> Choices:
    """The tiers of every scorecard there was."""
    codes = Tier.objects.order_by("code").values_list("code", flat=True).distinct()
    return [(code, code) for code in sorted(codes, key=tier_place)]


def _had(clocks: QuerySet[Clock], handoffs: QuerySet[Handoff]) -> Q:
    return Q(Exists(clocks.filter(holder=OuterRef("pk")))) | Q(
        Exists(handoffs.filter(assignee=OuterRef("pk")))
    )


def _with_asked(offered: QuerySet[Team] | QuerySet[User], asked: str, *, known: Q) -> Choices:
    """A rep who has left the team still has clocks in it, and numbers that lead here."""
    choices = [(str(row.pk), str(row)) for row in offered.order_by("name")]
    if not asked.isdecimal() or len(asked) > LONGEST_ID or asked in dict(choices):
        return choices
    left = offered.model.objects.filter(known, pk=asked)
    return choices + [(str(row.pk), str(row)) for row in left]
