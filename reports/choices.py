"""What the filters of a report offer a viewer: the teams and reps whose clocks they may see, and the tiers."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from leads.models import Team, User
from reports.divisions import tier_place
from routing.models import Clock
from routing.models.clock import ClockQuerySet
from scoring.models import Tier

Choices = list[tuple[str, str]]
LONGEST_ID = 18


def teams(user: User, *, asked: str, seen: ClockQuerySet) -> Choices:
    """Every team, or the viewer's own and those below it; and the one asked for, if a clock of it is `seen`."""
    offered = Team.objects.all() if user.sees_every_lead else Team.objects.led_by(user)
    return _with_asked(offered, asked, among=seen.filter(team=OuterRef("pk")))


def reps(user: User, *, asked: str, seen: ClockQuerySet) -> Choices:
    """Who ever held a clock and is in the viewer's teams; and the one asked for, if a clock of theirs is `seen`."""
    holders = User.objects.only("name", "email").filter(Exists(Clock.objects.filter(holder=OuterRef("pk"))))
    if not user.sees_every_lead:
        holders = holders.filter(Q(team__in=Team.objects.led_by(user)) | Q(pk=user.pk))
    return _with_asked(holders, asked, among=seen.filter(holder=OuterRef("pk")))


def tiers() -> Choices:
    """The tiers of every scorecard there was."""
    codes = Tier.objects.order_by("code").values_list("code", flat=True).distinct()
    return [(code, code) for code in sorted(codes, key=tier_place)]


def _with_asked(offered: QuerySet[Team] | QuerySet[User], asked: str, *, among: ClockQuerySet) -> Choices:
    """A rep who has left the team still has clocks in it, and numbers that lead here."""
    choices = [(str(row.pk), str(row)) for row in offered.order_by("name")]
    if not asked.isdecimal() or len(asked) > LONGEST_ID or asked in dict(choices):
        return choices
    left = offered.model.objects.filter(Exists(among), pk=asked)
    return choices + [(str(row.pk), str(row)) for row in left]
