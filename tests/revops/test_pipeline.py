"""What the pipeline makes of a signal, whatever door it came through."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from leads import intake
from leads.domain.signal import InvalidSignal
from leads.models import Account, FailedSignal, Lead, Signal, SignalReceipt, Source, User, Visitor
from revops import coming_back, pipeline
from revops.pipeline import Kept, Received
from routing import handoffs
from routing.handoffs import Rejection
from routing.models import BusinessCalendar, Handoff, RejectionReason
from scoring import scores, verification
from scoring.models import Score
from tests import factories


def test_second_signal_updates_the_same_lead(ana: User, now: datetime) -> None:
    first = factories.receive(factories.signal("webinar_attended"), now=now)

    second = factories.receive(factories.signal("pricing_page", email="Eva@ACME.example"), now=now)

    assert first["lead"]["created"]
    assert not second["lead"]["created"]
    assert second["lead"]["id"] == first["lead"]["id"]
    assert second["scores"]["engagement"] == {"before": 15, "after": 25}


def test_open_handoff_stays_the_one_open(ana: User, now: datetime) -> None:
    first = factories.receive(factories.signal("demo_request"), now=now)

    again = factories.receive(factories.signal("contact_request"), now=now + timedelta(hours=1))

    assert again["handoff"]["id"] == first["handoff"]["id"]
    assert again["gate"]["failed"] == ["The lead is already with sales (MQL)."]
    assert Handoff.objects.count() == 1


def test_same_signal_twice_changes_nothing_and_gets_the_first_answer(ana: User, now: datetime) -> None:
    payload = factories.signal("demo_request", signal_id="evt_1", occurred_at=now.isoformat())
    first = pipeline.receive(payload, source=factories.source(), now=now)

    again = pipeline.receive(payload, source=factories.source(), now=now + timedelta(minutes=5))

    assert isinstance(first, Received)
    assert first.first
    assert again == Received(first.answer, first=False)
    assert Signal.objects.count() == 1


def test_same_id_of_another_source_is_another_signal(ana: User, now: datetime) -> None:
    payload = factories.signal("webinar_attended", signal_id="evt_1")
    factories.receive(payload, now=now, sender=factories.source("website"))

    factories.receive(payload, now=now, sender=factories.source("webinars"))

    assert Signal.objects.count() == 2


def test_same_id_with_another_body_is_refused_and_changes_nothing(ana: User, now: datetime) -> None:
    factories.receive(factories.signal("webinar_attended", signal_id="evt_1"), now=now)

    with pytest.raises(intake.SignalIdReused):
        factories.receive(factories.signal("demo_request", signal_id="evt_1"), now=now)

    assert Signal.objects.count() == 1
    assert not Handoff.objects.exists()


def test_invalid_signal_leaves_nothing_behind(ana: User, now: datetime) -> None:
    with pytest.raises(InvalidSignal) as refused:
        factories.receive(factories.signal("demo_request", email="not an address"), now=now)

    assert [error.field for error in refused.value.errors] == ["person.email"]
    assert not Lead.objects.exists()
    assert not SignalReceipt.objects.exists()


def test_unknown_type_is_refused_by_name(ana: User, now: datetime) -> None:
    with pytest.raises(InvalidSignal, match="There is no signal type teleported"):
        factories.receive(factories.signal("teleported"), now=now)


def test_unknown_type_is_answered_with_the_nearest_that_there_are(ana: User, now: datetime) -> None:
    with pytest.raises(InvalidSignal, match=r"reqest\. Did you mean demo_request"):
        factories.receive(factories.signal("demo-reqest"), now=now)


def test_unknown_fields_are_kept(ana: User, now: datetime) -> None:
    payload = factories.signal("webinar_attended", shoe_size=43)
    payload["person"]["favourite_colour"] = "grün"

    factories.receive(payload, now=now)

    assert Signal.objects.get().raw == {"shoe_size": 43, "person": {"favourite_colour": "grün"}}


def test_anonymous_touches_join_the_person_once_identified(ana: User, now: datetime) -> None:
    visit = {"type": "pricing_page", "visitor_id": "v-1"}
    anonymous = factories.receive(visit, now=now)
    assert anonymous["lead"] is None

    known = factories.receive(
        factories.signal("webinar_attended", visitor_id="v-1"), now=now + timedelta(hours=1)
    )

    assert known["scores"]["engagement"]["after"] == 25
    assert Signal.objects.filter(lead=known["lead"]["id"]).count() == 2
    assert Visitor.objects.get(visitor_id="v-1").lead_id == known["lead"]["id"]


def test_people_of_one_domain_share_an_account_but_free_mail_makes_none(ana: User, now: datetime) -> None:
    factories.receive(factories.signal("webinar_attended", email="eva@acme.example"), now=now)
    factories.receive(factories.signal("webinar_attended", email="tom@acme.example"), now=now)
    factories.receive({"type": "webinar_attended", "person": {"email": "someone@gmail.com"}}, now=now)

    assert Account.objects.count() == 1
    assert Lead.objects.get(email_key="someone@gmail.com").account is None


def test_gate_names_what_failed(ana: User, now: datetime) -> None:
    payload = factories.signal("webinar_attended")
    payload["person"]["phone"] = ""

    answer = factories.receive(payload, now=now)

    assert not answer["gate"]["qualified"]
    assert answer["gate"]["failed"] == [
        "Engagement is 15, under 30.",
        "There is no telephone number that can be dialled.",
    ]
    assert answer["lead"]["stage"] == "LEAD"


def test_engagement_over_the_gate_hands_over_with_priority_p2(ana: User, now: datetime) -> None:
    factories.receive(factories.signal("webinar_attended"), now=now - timedelta(minutes=9))
    answer = factories.receive(factories.signal("webinar_attended"), now=now)

    assert answer["lead"]["stage"] == "MQL"
    assert answer["lead"]["priority"] == "P2"
    assert answer["handoff"]["assignee"] == ana.email


def test_disqualified_lead_never_resurfaces(ana: User, now: datetime) -> None:
    handoff = factories.handoff(now=now)
    bad_fit = Rejection(RejectionReason.objects.get(code="bad-fit"))
    handoffs.reject(handoff, bad_fit, by=ana, now=now + timedelta(minutes=5))

    again = factories.receive(factories.signal("demo_request"), now=now + timedelta(days=1))

    assert again["lead"]["stage"] == "DISQUALIFIED"
    assert again["lead"]["suppressed"]
    assert Signal.objects.count() == 2
    assert not Handoff.objects.open().exists()


def test_unsubscribe_blocks_the_gate_until_they_opt_in_again(ana: User, now: datetime) -> None:
    factories.receive(factories.signal("unsubscribe"), now=now - timedelta(days=1))
    for minutes in range(5):
        refused = factories.receive(
            factories.signal("webinar_attended"), now=now - timedelta(days=14) + timedelta(minutes=minutes)
        )
    answer = factories.receive(factories.signal("trial_started"), now=now)
    assert "The person does not want to be contacted." in answer["gate"]["failed"]
    assert refused["lead"]["stage"] == "LEAD"

    answer = factories.receive(
        factories.signal("trial_activated", consent={"basis": "opt_in", "text": "Yes"}),
        now=now + timedelta(hours=1),
    )

    assert "The person does not want to be contacted." not in answer["gate"]["failed"]


def test_signal_that_breaks_the_routing_is_kept_and_goes_through_later(ana: User, now: datetime) -> None:
    """No calendar, no deadline: the pipeline cannot hand over, and nothing of it may be lost."""
    calendar = BusinessCalendar.objects.get(team__isnull=True)
    BusinessCalendar.objects.all().delete()
    payload = factories.signal("demo_request", signal_id="evt_1", occurred_at=now.isoformat())

    kept = pipeline.receive(payload, source=factories.source(), now=now)

    assert kept == Kept("evt_1")
    assert not Lead.objects.exists()
    calendar.save(force_insert=True)
    assert coming_back.retry_failed(now=now) == 0
    assert coming_back.retry_failed(now=now + timedelta(minutes=2)) == 1
    assert not FailedSignal.objects.exists()
    assert Handoff.objects.get().assignee == ana
    again = pipeline.receive(payload, source=factories.source(), now=now + timedelta(hours=1))
    assert isinstance(again, Received)
    assert not again.first


def test_a_kept_signal_has_its_id_whatever_comes_under_it_meanwhile(ana: User, now: datetime) -> None:
    calendar = BusinessCalendar.objects.get(team__isnull=True)
    BusinessCalendar.objects.all().delete()
    sent_as: dict[str, Any] = {
        "signal_id": "evt_1",
        "occurred_at": now.isoformat(),
        "properties": {"views": 1e17},
    }
    first, other = (factories.signal(email=f"{name}@acme.example", **sent_as) for name in ("eva", "tom"))
    assert pipeline.receive(first, source=factories.source(), now=now) == Kept("evt_1")

    with pytest.raises(intake.SignalIdReused):
        pipeline.receive(other, source=factories.source(), now=now)
    calendar.save(force_insert=True)
    with pytest.raises(intake.SignalIdReused):
        pipeline.receive(other, source=factories.source(), now=now)

    assert coming_back.retry_failed(now=now + timedelta(minutes=2)) == 1
    assert Signal.objects.get().lead == Lead.objects.get(email="eva@acme.example")
    assert not FailedSignal.objects.exists()


def test_a_copy_that_fails_once_another_went_through_is_not_kept(ana: User, now: datetime) -> None:
    payload = factories.signal(signal_id="evt_1", occurred_at=now.isoformat())
    answer = factories.receive(payload, now=now)
    late = intake.read(payload, source=factories.source(), now=now)

    receipt = intake.keep_failed(late, payload, source=factories.source(), error=RuntimeError(), now=now)

    assert receipt.answer == answer
    assert not FailedSignal.objects.exists()


def test_poison_signal_is_a_dead_letter_after_five_attempts(ana: User, now: datetime) -> None:
    BusinessCalendar.objects.all().delete()
    pipeline.receive(factories.signal("demo_request", signal_id="evt_1"), source=factories.source(), now=now)

    for hour in range(1, 8):
        coming_back.retry_failed(now=now + timedelta(hours=hour))

    dead = FailedSignal.objects.get()
    assert dead.attempts == 5
    assert dead.dead_at is not None
    assert dead.retry_at is None
    assert "IndexError" in dead.error


def test_score_names_the_version_that_made_it(ana: User, now: datetime) -> None:
    factories.receive(factories.signal("webinar_attended"), now=now)

    assert Score.objects.get().scorecard.version == 1


def test_source_may_send_only_its_types(ana: User, now: datetime) -> None:
    webinars = Source.objects.create(name="webinars", allowed_types=["webinar_attended"])

    with pytest.raises(InvalidSignal, match="webinars may not send signals of type demo_request"):
        factories.receive(factories.signal("demo_request"), now=now, sender=webinars)


def test_signals_whose_clocks_come_in_another_order_count_both(ana: User, now: datetime) -> None:
    """Two machines take one person's signals; the one whose clock read first commits last."""
    earlier, later = now, now + timedelta(seconds=1)
    factories.receive(factories.signal("case_study", occurred_at=later.isoformat()), now=later)

    factories.receive(factories.signal("webinar_attended", occurred_at=earlier.isoformat()), now=earlier)

    kept = Score.objects.get()
    assert kept.updated_at == kept.last_signal_at == later
    assert list(verification.differences()) == []
    alone = scores.evidence_of(kept.lead, now=later)
    assert {touch.type for touch in alone.touches} == {"case_study", "webinar_attended"}
