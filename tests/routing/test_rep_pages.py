"""The rep pages: loads are told, caps and absences are edited by those who lead, and nothing is overwritten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leads.models import Team, User
from routing import roster
from routing.forms.reps import RepForm
from routing.models import Absence, Pool, Rep, Territory
from tests import factories

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def ops(as_user: SignIn, olga: User) -> Client:
    return as_user(olga)


def sent(rep: Rep, editor: User, **changes: Any) -> dict[str, Any]:
    """The whole form as a browser sends it to this editor, with some fields changed."""
    form = RepForm(rep=Rep.objects.get(pk=rep.pk), editable=roster.editable_by(editor))
    values = {**form.initial, **changes}
    return {name: value for name, value in values.items() if value is not None and value is not False}


def team_of(user: User) -> Team:
    assert user.team is not None
    return user.team


def address(rep: Rep, name: str = "rep-edit") -> str:
    return reverse(name, args=[rep.pk])


def test_the_list_tells_who_holds_what_and_who_is_out(
    *, ops: Client, ana: User, bob: User, charlie: User
) -> None:
    now = datetime.now(UTC)
    factories.handoff(now=now)
    Absence.objects.create(rep=bob.rep, starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=1))

    page = ops.get(reverse("reps"))

    rows = {str(each.rep): each for each in page.context["workloads"]}
    assert (rows["Ana"].open, rows["Ana"].this_week, rows["Ana"].pools) == (1, 1, ["DACH"])
    assert rows["Bob"].away_until == now + timedelta(days=1)
    assert (rows["Bob"].why_not, rows["Charlie"].why_not) == ("away", "")
    assert "out until" in page.content.decode()


def test_the_list_says_the_most_that_each_may_hold(ops: Client, ana: User, charlie: User) -> None:
    Rep.objects.filter(pk=ana.rep.pk).update(open_cap=40, daily_cap=5)

    words = " ".join(ops.get(reverse("reps")).content.decode().split())

    assert "40 open, 5 a day </td>" in words
    assert "no limit" in words


def test_a_manager_sees_the_reps_of_the_teams_below_and_nobody_else(
    *, as_user: SignIn, mia: User, ana: User, charlie: User
) -> None:
    below = Team.objects.create(name="Vienna", parent=mia.team)
    anton = Rep.objects.create(user=factories.person("anton", role="SDR", team=below))
    client = as_user(mia)

    listed = client.get(reverse("reps")).context["workloads"]
    answers = [client.get(address(rep)).status_code for rep in (ana.rep, anton, charlie.rep)]

    assert sorted(str(each.rep) for each in listed) == ["Ana", "Anton"]
    assert answers == [200, 200, 404]
    assert client.post(address(charlie.rep), {"daily_cap": 1}).status_code == 404
    assert client.post(address(charlie.rep, "absence-add"), {}).status_code == 404


@pytest.mark.parametrize("role", ["SDR", "AE", "CSM"])
def test_who_sells_does_not_read_the_list(role: str, as_user: SignIn, ana: User) -> None:
    client = as_user(factories.person("seller", role=role, team=ana.team))

    assert client.get(reverse("reps")).status_code == 403
    assert client.get(address(ana.rep)).status_code == 403


@pytest.mark.parametrize("role", ["MARKETER", "VIEWER"])
def test_the_office_reads_the_list_and_edits_nobody(role: str, as_user: SignIn, ana: User) -> None:
    client = as_user(factories.person("reader", role=role))

    assert client.get(reverse("reps")).status_code == 200
    assert client.get(address(ana.rep)).status_code == 403
    assert client.post(address(ana.rep), {"weight": 3}).status_code == 403
    assert client.post(address(ana.rep, "absence-add"), {}).status_code == 403


def test_operations_changes_everything_about_a_rep(
    *, ops: Client, olga: User, ana: User, bob: User, charlie: User
) -> None:
    pools, territories = (
        Pool.objects.filter(name__in=["DACH", "Fallback"]),
        Territory.objects.filter(name="DACH"),
    )
    changes = {
        "weight": 3,
        "daily_cap": 5,
        "weekly_cap": 20,
        "open_cap": 9,
        "backup": bob.rep.pk,
        "segments": "T1, T2, T1",
        "is_senior": "on",
        "time_zone": "Europe/Vienna",
        "pools": [pool.pk for pool in pools],
        "territories": [territory.pk for territory in territories],
    }

    answer = ops.post(address(ana.rep), sent(ana.rep, olga, **changes))

    rep = Rep.objects.get(pk=ana.rep.pk)
    assert answer.status_code == 302
    assert (rep.weight, rep.daily_cap, rep.weekly_cap, rep.open_cap, rep.backup) == (3, 5, 20, 9, bob.rep)
    assert (rep.segments, rep.is_senior, rep.time_zone) == (["T1", "T2"], True, "Europe/Vienna")
    assert sorted(rep.memberships.values_list("pool__name", flat=True)) == ["DACH", "Fallback"]
    assert list(rep.territories.all()) == list(territories)


def test_an_empty_cap_is_no_cap_and_who_is_unticked_is_inactive(ops: Client, olga: User, ana: User) -> None:
    Rep.objects.filter(pk=ana.rep.pk).update(daily_cap=5)
    form = sent(ana.rep, olga, daily_cap="")
    del form["is_active"]

    ops.post(address(ana.rep), form)

    rep = Rep.objects.get(pk=ana.rep.pk)
    assert (rep.daily_cap, rep.is_active) == (None, False)


def test_joining_a_pool_resets_nobody_and_begins_with_nothing_owed(
    *, ops: Client, olga: User, ana: User, bob: User
) -> None:
    bob.rep.memberships.update(deficit=0.75, received=4)
    ana.rep.memberships.update(deficit=0.25, received=2)
    both = list(Pool.objects.filter(name__in=["DACH", "Fallback"]).values_list("pk", flat=True))

    ops.post(address(ana.rep), sent(ana.rep, olga, pools=both))

    assert list(bob.rep.memberships.values_list("deficit", "received")) == [(0.75, 4)]
    assert set(ana.rep.memberships.values_list("pool__name", "deficit", "received")) == {
        ("DACH", 0.25, 2),
        ("Fallback", 0, 0),
    }


def test_a_manager_changes_caps_and_backup_and_no_other_field(
    *, as_user: SignIn, mia: User, ana: User, bob: User
) -> None:
    form = sent(ana.rep, mia, daily_cap=4, backup=bob.rep.pk)

    answer = as_user(mia).post(address(ana.rep), {**form, "weight": 90, "time_zone": "UTC", "pools": []})

    rep = Rep.objects.get(pk=ana.rep.pk)
    assert answer.status_code == 302
    assert (rep.daily_cap, rep.backup) == (4, bob.rep)
    assert (rep.weight, rep.time_zone, rep.is_active) == (1, "", True)
    assert rep.memberships.count() == 1


NO_LEADS = "A cap of 0 would keep every lead away. Leave it empty for no cap, or make the rep inactive."
WRONG = [
    ("daily_cap", "0", NO_LEADS),
    ("weekly_cap", "-1", NO_LEADS),
    ("open_cap", "10001", "Give a whole number from 1 to 10000."),
    ("open_cap", "a few", "Give a whole number from 1 to 10000."),
    ("weight", "0", "Give a whole number from 1 to 100."),
    ("weight", "", "Give a whole number from 1 to 100."),
    ("time_zone", "Vienna", "There is no time zone Vienna. Did you mean Europe/Vienna?"),
    ("time_zone", "../../etc/passwd", "There is no time zone ../../etc/passwd."),
    ("segments", "T1, a segment too long", "A segment has at most 10 characters."),
    ("backup", "4711", "Select a valid choice. That choice is not one of the available choices."),
    ("pools", ["4711"], "Select a valid choice. 4711 is not one of the available choices."),
]


@pytest.mark.parametrize(("field", "value", "sentence"), WRONG)
def test_a_wrong_value_is_refused_beside_its_field(
    *, field: str, value: Any, sentence: str, ops: Client, olga: User, ana: User
) -> None:
    answer = ops.post(address(ana.rep), sent(ana.rep, olga, **{field: value}))

    assert answer.status_code == 422
    assert answer.context["form"].errors == {field: [sentence]}


def test_nobody_is_their_own_backup(ops: Client, olga: User, ana: User) -> None:
    answer = ops.post(address(ana.rep), sent(ana.rep, olga, backup=ana.rep.pk))

    assert "backup" in answer.context["form"].errors


def test_a_circle_of_backups_is_refused_by_name(*, ops: Client, olga: User, ana: User, bob: User) -> None:
    cem = factories.rep("cem", team=team_of(ana))
    Rep.objects.filter(pk=bob.rep.pk).update(backup=cem)
    Rep.objects.filter(pk=cem.pk).update(backup=ana.rep)

    answer = ops.post(address(ana.rep), sent(ana.rep, olga, backup=bob.rep.pk))

    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "backup": ["Leads would go round in a circle: Ana → Bob → Cem → Ana."]
    }


def test_two_backups_that_pass_the_rep_by_are_no_circle(
    *, ops: Client, olga: User, ana: User, bob: User
) -> None:
    cem = factories.rep("cem", team=team_of(ana))
    Rep.objects.filter(pk=bob.rep.pk).update(backup=cem)

    answer = ops.post(address(ana.rep), sent(ana.rep, olga, backup=bob.rep.pk))

    assert answer.status_code == 302


def test_the_second_editor_sees_both_and_saves_on_top(ops: Client, olga: User, ana: User) -> None:
    theirs, mine = sent(ana.rep, olga, daily_cap=5), sent(ana.rep, olga, daily_cap=7, segments="T1")
    ops.post(address(ana.rep), theirs)

    answer = ops.post(address(ana.rep), mine)
    again = ops.post(address(ana.rep), multi(answer.context["carried"]))

    assert answer.status_code == 409
    assert [(each.label, each.one, each.other) for each in answer.context["differences"]] == [
        ("At most a day", "7", "5"),
        ("Segments", "T1", "\N{EN DASH}"),
    ]
    assert again.status_code == 302
    assert Rep.objects.get(pk=ana.rep.pk).daily_cap == 7
    assert ana.rep.memberships.count() == 1


def multi(pairs: list[tuple[str, Any]]) -> dict[str, list[Any]]:
    """Pairs as a form sends them: a name may come several times."""
    sent_again: dict[str, list[Any]] = {}
    for name, value in pairs:
        sent_again.setdefault(name, []).append(value)
    return sent_again


def test_an_absence_is_told_by_the_rep_s_own_clock(ops: Client, ana: User) -> None:
    Rep.objects.filter(pk=ana.rep.pk).update(time_zone="America/New_York")

    answer = ops.post(
        address(ana.rep, "absence-add"), {"starts_at": "2030-07-01T09:00", "ends_at": "2030-07-15T09:00"}
    )

    absence = ana.rep.absences.get()
    assert answer.status_code == 302
    assert absence.starts_at == datetime(2030, 7, 1, 13, 0, tzinfo=UTC)
    assert absence.ends_at == datetime(2030, 7, 15, 13, 0, tzinfo=UTC)


def test_who_is_out_receives_nothing_and_who_is_back_does(
    *, as_user: SignIn, mia: User, ana: User, bob: User
) -> None:
    now = datetime.now(UTC)
    Absence.objects.create(rep=ana.rep, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(days=9))
    first = factories.handoff(now=now)

    as_user(mia).post(reverse("absence-end", args=[ana.rep.pk, ana.rep.absences.get().pk]))
    second = factories.waiting("max", now=datetime.now(UTC))

    assert (first.assignee, second.assignee) == (bob, ana)
    assert ana.rep.absences.get().ends_at <= datetime.now(UTC)


def test_an_absence_that_has_not_begun_is_taken_out(ops: Client, ana: User) -> None:
    later = datetime.now(UTC) + timedelta(days=3)
    absence = Absence.objects.create(rep=ana.rep, starts_at=later, ends_at=later + timedelta(days=1))

    ops.post(reverse("absence-end", args=[ana.rep.pk, absence.pk]))

    assert not ana.rep.absences.exists()


UNCLEAR = [
    ("2030-07-02T09:00", "2030-07-01T09:00", "ends_at", "It must end after it starts."),
    ("2030-07-02T09:00", "2030-07-02T09:00", "ends_at", "It must end after it starts."),
    ("2020-07-02T09:00", "2020-07-03T09:00", "ends_at", "It is over already, so it would change nothing."),
    ("2030-01-02T09:00", "2030-01-03T09:00", "ends_at", "It overlaps an absence that is kept already."),
    ("soon", "2030-07-03T09:00", "starts_at", "Give a day and a time."),
    ("2030-07-02T09:00", "", "ends_at", "Give a day and a time."),
]


@pytest.mark.parametrize(("starts_at", "ends_at", "field", "sentence"), UNCLEAR)
def test_an_unclear_absence_is_refused(
    *, starts_at: str, ends_at: str, field: str, sentence: str, ops: Client, ana: User
) -> None:
    new_year = datetime(2030, 1, 1, tzinfo=UTC)
    Absence.objects.create(rep=ana.rep, starts_at=new_year, ends_at=new_year + timedelta(days=7))

    answer = ops.post(address(ana.rep, "absence-add"), {"starts_at": starts_at, "ends_at": ends_at})

    assert answer.status_code == 422
    assert answer.context["absence_form"].errors == {field: [sentence]}
    assert ana.rep.absences.count() == 1


def test_the_absence_of_another_rep_is_not_ended_under_this_one(ops: Client, ana: User, bob: User) -> None:
    later = datetime.now(UTC) + timedelta(days=3)
    absence = Absence.objects.create(rep=bob.rep, starts_at=later, ends_at=later + timedelta(days=1))

    answer = ops.post(reverse("absence-end", args=[ana.rep.pk, absence.pk]))

    assert answer.status_code == 404
    assert bob.rep.absences.exists()


def test_the_list_reads_no_more_for_more_reps(ops: Client, ana: User, now: datetime) -> None:
    factories.rep("zoe", team=team_of(ana), daily_cap=3)
    factories.handoff(now=now)
    reads = queries_of(ops)

    for number in range(8):
        factories.rep(f"rep{number}", team=team_of(ana), daily_cap=3)
        factories.handoff(now=now, email=f"eva{number}@acme{number}.example")

    assert queries_of(ops) == reads


def queries_of(client: Client) -> int:
    """How many reads the list takes."""
    with CaptureQueriesContext(connection) as captured:
        client.get(reverse("reps"))
    return len(captured)
