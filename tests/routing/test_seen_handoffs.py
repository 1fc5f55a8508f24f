"""One hand-off is read by a statement of its own, and by the same rule as all that somebody may see."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import override_settings

from leads.models import Role, Team, User
from routing.models import Handoff
from routing.models.handoff import handoff_seen_by
from tests import factories

pytestmark = pytest.mark.django_db


def seen_one_by_one(user: User) -> set[int]:
    ids = Handoff.objects.values_list("pk", flat=True)
    return {found.pk for pk in ids if (found := handoff_seen_by(user, pk)) is not None}


@pytest.fixture
def everybody(*, ana: User, bob: User, mia: User, charlie: User, olga: User, now: datetime) -> list[User]:
    """With hand-offs of a rep, of the team below a manager's, of another team, and of nobody."""
    below = Team.objects.create(name="Below", parent=mia.team)
    for name in ("eva", "max", "ida", "leo"):
        factories.waiting(name, now=now)
    ids = list(Handoff.objects.order_by("pk").values_list("pk", flat=True))
    for pk, team, person in zip(
        ids, (ana.team, below, None, charlie.team), (ana, None, None, charlie), strict=True
    ):
        Handoff.objects.filter(pk=pk).update(team=team, assignee=person)
    return [ana, bob, mia, charlie, olga]


def test_it_is_found_by_whoever_may_see_it_and_nobody_else(everybody: list[User]) -> None:
    for user in everybody:
        visible = set(Handoff.objects.visible_to(user).values_list("pk", flat=True))

        assert seen_one_by_one(user) == visible, user

    assert len({frozenset(seen_one_by_one(user)) for user in everybody}) > 2


def test_a_setting_that_shows_all_to_reps_shows_it_too(everybody: list[User]) -> None:
    rep = everybody[0]
    assert rep.role == Role.SDR

    with override_settings(REPS_SEE_ALL_LEADS=True):
        assert len(seen_one_by_one(rep)) == Handoff.objects.count()


def test_what_does_not_exist_is_seen_by_nobody(olga: User) -> None:
    assert handoff_seen_by(olga, 2**40) is None
