"""Up to a thousand signals in one request: each has its own answer, and a bad one costs nobody but itself (IN-1)."""

from __future__ import annotations

from typing import Any

import pytest

from leads.models import FailedSignal, Lead, Signal, Source, User
from revops.api import batch as api_batch
from routing.models import BusinessCalendar, Handoff
from scoring.models import Score
from tests import factories
from tests.api_callers import BATCH, ONE, PROBLEM, Caller, sender

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller(ana: User) -> Caller:
    return sender()


def touches(count: int, *, kind: str = "page_view") -> list[dict[str, Any]]:
    return [
        factories.signal(kind, email=f"p{number}@firm-{number % 3}.example", signal_id=f"evt_{number}")
        for number in range(count)
    ]


def send(caller: Caller, signals: object) -> list[dict[str, Any]]:
    answer = caller.post(BATCH, {"signals": signals})
    assert answer.status_code == 200, answer.content
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


def test_each_signal_has_its_own_status_in_order(caller: Caller) -> None:
    good, wanting = touches(2), factories.signal(signal_id="hot")
    bad = [{"type": "page_view"}, {**factories.signal(), "type": "nonsense"}, 7, None, []]

    results = send(caller, [good[0], *bad, wanting, good[1]])

    assert [one["status"] for one in results] == [201, 422, 422, 422, 422, 422, 201, 201]
    assert results[1]["problem"]["errors"][0]["field"] == "person.email"
    assert results[2]["problem"]["errors"][0]["field"] == "type"
    assert results[6]["body"]["handoff"]["assignee"] == "ana@baton.example"
    assert {signal.signal_id for signal in Signal.objects.all()} == {"evt_0", "evt_1", "hot"}


def test_batch_again_changes_nothing_and_gets_the_first_answers(caller: Caller) -> None:
    signals = [*touches(5), factories.signal(signal_id="hot")]

    first, second = send(caller, signals), send(caller, signals)
    alone = caller.post(ONE, signals[0])

    assert [one["body"] for one in first] == [one["body"] for one in second]
    assert {one["status"] for one in second} == {200}
    assert (alone.status_code, alone.json()) == (200, first[0]["body"])
    assert Signal.objects.count() == 6


def test_same_id_twice_in_a_batch_is_one_signal_and_another_body_is_refused(caller: Caller) -> None:
    [one] = touches(1)

    results = send(caller, [one, one, {**one, "url": "https://elsewhere.example/"}])

    assert [result["status"] for result in results] == [201, 200, 422]
    assert results[0]["body"] == results[1]["body"]
    assert results[2]["problem"]["errors"][0]["field"] == "signal_id"
    assert Signal.objects.count() == 1


def test_batch_leaves_what_one_by_one_leaves(caller: Caller) -> None:
    signals = [*touches(9), *touches(3, kind="webinar_attended"), factories.signal(signal_id="hot")]
    for number, signal in enumerate(signals):
        signal["signal_id"] = f"evt_{number}"
        signal["occurred_at"] = "2026-11-01T10:00:00Z"

    send(caller, signals)
    together = standing()
    apart = sender("another")
    for signal in signals:
        address = signal["person"]["email"]
        signal["person"] = {**signal["person"], "email": address.replace("@", "@x")}
        signal["company"] = {**signal["company"], "name": f"X{signal['company']['name']}"}
        assert apart.post(ONE, signal).status_code == 201

    assert standing("@x") == together


def standing(at: str = "@") -> list[Any]:
    """Stage, tier and scores of the people, and how many hand-offs and touches each has."""
    leads = Lead.objects.filter(email__contains=at).order_by("email")
    if at == "@":
        leads = leads.exclude(email__contains="@x")
    return [
        (
            lead.email.split("@")[0],
            lead.stage,
            lead.tier,
            Score.objects.filter(lead=lead).values_list("fit", "urgency", "engagement_sum").get(),
            Handoff.objects.filter(lead=lead).count(),
            lead.signals.count(),
            list(lead.visits.order_by("id").values_list("stage", "cause")),
        )
        for lead in leads
    ]


def test_what_fails_is_kept_and_the_rest_go_on(caller: Caller) -> None:
    BusinessCalendar.objects.all().delete()

    results = send(caller, [touches(1)[0], factories.signal(signal_id="poison"), *touches(3)[1:]])

    assert [one["status"] for one in results] == [201, 202, 201, 201]
    assert FailedSignal.objects.get().signal_id == "poison"


def test_type_that_the_source_may_not_send_costs_only_itself(caller: Caller) -> None:
    Source.objects.filter(name="website").update(allowed_types=["page_view"])

    results = send(caller, [*touches(1), factories.signal()])

    assert [one["status"] for one in results] == [201, 403]


@pytest.mark.parametrize("body", [{}, [], {"signals": []}, {"signals": {}}, 7, None, {"signals": [1] * 1001}])
def test_body_that_is_no_batch_is_refused_as_a_whole(caller: Caller, body: object) -> None:
    answer = caller.post(BATCH, body)

    assert (answer.status_code, answer["Content-Type"]) == (422, PROBLEM)
    assert answer.json()["errors"][0]["field"] == "signals"


def test_list_alone_is_a_batch_too(caller: Caller) -> None:
    assert [one["status"] for one in caller.post(BATCH, touches(2)).json()["results"]] == [201, 201]


def test_what_is_not_reached_in_time_is_the_senders_to_send_again(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_batch, "PATIENCE", 0.0)

    results = send(caller, touches(3))

    assert [one["status"] for one in results] == [503, 503, 503]
    assert not Signal.objects.exists()


def test_statements_hardly_grow_with_people_who_are_new(
    caller: Caller, django_assert_max_num_queries: Any
) -> None:
    send(caller, touches(2))

    with django_assert_max_num_queries(80):
        results = send(
            caller,
            [
                factories.signal("page_view", email=f"n{n}@new.example", signal_id=f"new_{n}")
                for n in range(200)
            ],
        )

    assert {one["status"] for one in results} == {201}
