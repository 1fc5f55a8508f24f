"""The team's page over HTTP: what follows is told before it happens, and every refusal says what to change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from time_machine import Traveller

from leads.models import Account, Team, User
from revops.team import forms as team_forms
from routing import handoffs
from routing.models import Handoff, Rep
from tests import factories
from tests.conftest import SignIn
from tests.queue_desk import said


@pytest.fixture
def mias(mia: User, as_user: SignIn, clock: Traveller) -> Client:
    """The manager's browser, at an hour when the clocks run."""
    return as_user(mia)


@pytest.fixture
def anas(ana: User, now: datetime) -> list[Handoff]:
    """Two that wait for Ana."""
    return [factories.waiting(name, now=now) for name in ("ada", "bea")]


def tokens(*shown: Handoff) -> list[str]:
    return [team_forms.token_of(handoff) for handoff in shown]


def send(client: Client, name: str, *shown: Handoff, **data: Any) -> Any:
    follow = "confirmed" in data
    return client.post(reverse(name), {"handoff": tokens(*shown), **data}, follow=follow)


def text_of(response: Any) -> str:
    text: str = response.content.decode()
    return text


def holder(handoff: Handoff) -> User | None:
    return Handoff.objects.get(pk=handoff.pk).assignee


def test_page_shows_each_rep_with_what_they_hold(mias: Client, anas: list[Handoff], bob: User) -> None:
    page = text_of(mias.get(reverse("team")))

    assert "2 leads wait for a decision" in page
    assert "2 open" in page
    assert f'value="{anas[0].pk}.{anas[0].assignee_id}"' in page
    assert f'<option value="{bob.pk}">Bob</option>' in page


def test_page_without_a_team_says_what_to_do(as_user: SignIn, model: object) -> None:
    alone = factories.person("alone", role="MANAGER", team=Team.objects.create(name="New"))

    assert "There is nobody to lead yet" in text_of(as_user(alone).get(reverse("team")))


def test_what_follows_is_told_first_and_done_when_confirmed(
    mias: Client, anas: list[Handoff], ana: User, bob: User
) -> None:
    Rep.objects.filter(user=bob).update(open_cap=15)

    asked = text_of(send(mias, "team-move", *anas, to=bob.pk))
    assert "Give 2 leads to Bob" in asked
    assert "Bob would hold 2 of 15 open." in asked
    assert "2 fresh first-response clocks start." in asked
    assert "Ana goes from 2 to 0." in asked
    assert holder(anas[0]) == ana

    done = send(mias, "team-move", *anas, to=bob.pk, confirmed="yes")
    assert "2 leads are with Bob now." in said(done)
    assert [holder(handoff) for handoff in anas] == [bob, bob]


def test_what_was_just_given_is_undone(mias: Client, anas: list[Handoff], ana: User, bob: User) -> None:
    page = send(mias, "team-move", *anas, to=bob.pk, confirmed="yes")
    assert reverse("team-undo") in text_of(page)

    done = mias.post(reverse("team-undo"), follow=True)

    assert said(done) == ["2 leads are back where they were."]
    assert [holder(handoff) for handoff in anas] == [ana, ana]
    assert reverse("team-undo") not in text_of(done)


def test_above_a_cap_it_takes_a_reason(mias: Client, anas: list[Handoff], ana: User, bob: User) -> None:
    Rep.objects.filter(user=bob).update(open_cap=1)

    asked = text_of(send(mias, "team-move", *anas, to=bob.pk))
    assert "Bob would be above the cap: 2 open, cap 1." in asked
    refused = send(mias, "team-move", *anas, to=bob.pk, confirmed="yes")
    assert (refused.status_code, "Say why first." in text_of(refused)) == (422, True)
    assert holder(anas[0]) == ana

    send(mias, "team-move", *anas, to=bob.pk, confirmed="yes", why="Ana is swamped")
    assert [holder(handoff) for handoff in anas] == [bob, bob]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({}, "Choose who gets them."),
        ({"to": "0"}, "Choose a rep of your teams who receives leads."),
        ({"to": "x"}, "Choose a rep of your teams who receives leads."),
        ({"handoff": "12; DROP"}, "Choose one lead or more first."),
        ({"handoff": [f"{n}.1" for n in range(1, 202)]}, "201 leads are chosen, and 200 go at once."),
        ({"why": "a\0b"}, "Null characters are not allowed."),
    ],
)
def test_what_cannot_be_done_says_what_to_change(
    mias: Client, anas: list[Handoff], data: dict[str, Any], problem: str
) -> None:
    answer = mias.post(reverse("team-move"), {"handoff": tokens(*anas), **data})

    assert answer.status_code == 422
    assert problem in text_of(answer)


def test_bar_of_the_page_gets_only_its_part(mias: Client, anas: list[Handoff], bob: User) -> None:
    data = {"handoff": tokens(*anas), "to": bob.pk}
    part = mias.post(reverse("team-move"), data, headers={"HX-Target": "impact"})

    assert "Give 2 leads to Bob" in text_of(part)
    assert "<html" not in text_of(part)


def test_what_was_decided_meanwhile_is_named(
    mias: Client, anas: list[Handoff], ana: User, bob: User, now: datetime
) -> None:
    seen = tokens(*anas)
    handoffs.accept(anas[0], by=ana, now=now)

    done = mias.post(reverse("team-move"), {"handoff": seen, "to": bob.pk, "confirmed": "yes"}, follow=True)

    assert said(done) == ["1 lead is with Bob now.", "Ada Klein: Ana has already accepted this lead."]


def test_recycling_tells_what_each_reason_does_and_takes_one(mias: Client, anas: list[Handoff]) -> None:
    asked = text_of(send(mias, "team-recycle", *anas))
    assert "Recycle 2 leads" in asked
    assert "recycled until" in asked
    assert "disqualified" not in asked

    lacking = send(mias, "team-recycle", *anas, confirmed="yes")
    assert (lacking.status_code, "Choose a reason." in text_of(lacking)) == (422, True)

    done = send(mias, "team-recycle", *anas, confirmed="yes", reason="wrong-timing")
    assert said(done)[0].startswith("2 leads are recycled until ")
    assert not Handoff.objects.open().exists()


def test_a_reason_for_good_is_not_offered_for_many(mias: Client, anas: list[Handoff]) -> None:
    answer = send(mias, "team-recycle", *anas, confirmed="yes", reason="duplicate", note="bea@bea.example")

    assert (answer.status_code, "Choose one of the reasons." in text_of(answer)) == (422, True)
    assert Handoff.objects.open().count() == 2


def test_export_holds_the_chosen_and_no_formula(mias: Client, anas: list[Handoff]) -> None:
    Account.objects.filter(people=anas[0].lead).update(name="=1+1")

    answer = send(mias, "team-csv", anas[0])

    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("lead,company,tier")
    assert lines[1].startswith("Ada Klein,'=1+1,T1")
    assert "ada@ada.example" not in lines[1]


def test_page_asks_as_often_for_many_as_for_one(
    mias: Client, anas: list[Handoff], dach: Team, now: datetime
) -> None:
    with CaptureQueriesContext(connection) as few:
        mias.get(reverse("team"))
    factories.rep("carla", team=dach)
    for name in ("cleo", "dana", "edda"):
        factories.waiting(name, now=now)

    with CaptureQueriesContext(connection) as many:
        mias.get(reverse("team"))

    assert len(many) == len(few)


def names_of(response: Any) -> list[str]:
    return [str(desk.user) for desk in response.context["board"].desks]


def test_reps_stand_by_team_by_load_or_by_what_is_late_and_it_stays_so(
    mias: Client, anas: list[Handoff], ana: User, bob: User
) -> None:
    Rep.objects.filter(user=ana).update(open_cap=40)
    Rep.objects.filter(user=bob).update(open_cap=2)
    by_team = names_of(mias.get(reverse("team")))

    Handoff.objects.filter(pk=anas[0].pk).update(assignee=bob)
    by_load = names_of(mias.get(reverse("team"), {"order": "load"}))
    after_a_move = names_of(mias.get(reverse("team")))
    odd = names_of(mias.get(reverse("team"), {"order": "x"}))

    assert by_team == ["Ana", "Bob"]
    assert by_load == after_a_move == odd == ["Bob", "Ana"]


def test_reps_are_found_by_name_or_team_and_the_total_stays(
    mias: Client, anas: list[Handoff], bob: User
) -> None:
    found = mias.get(reverse("team"), {"q": "dach AN"})
    nobody = mias.get(reverse("team"), {"q": "zz"})

    assert names_of(found) == ["Ana"]
    assert "2 leads wait for a decision" in text_of(found)
    assert (names_of(nobody), "Nobody is called that." in text_of(nobody)) == ([], True)


def test_what_was_given_comes_back_to_those_that_were_found(
    mias: Client, anas: list[Handoff], ana: User, bob: User
) -> None:
    asked = text_of(send(mias, "team-move", anas[0], to=bob.pk, q="Ana"))
    given = send(mias, "team-move", anas[0], to=bob.pk, q="Ana", confirmed="yes")
    undone = mias.post(reverse("team-undo"), {"q": "Ana"})

    assert '<input type="hidden" name="q" value="Ana">' in asked
    assert given.redirect_chain[0][0] == undone["Location"] == f"{reverse('team')}?q=Ana"
    assert [desk.user for desk in given.context["board"].desks] == [ana]


def test_whoever_has_nothing_is_named_in_one_line(mias: Client, anas: list[Handoff], bob: User) -> None:
    page = mias.get(reverse("team"))

    assert [str(desk.user) for desk in page.context["board"].idle] == ["Bob"]
    assert "Nothing waits with" in text_of(page)
    assert f'id="desk-{bob.pk}"' in text_of(page)
