"""Merges: what the duplicate did counts for the survivor, nothing is lost, and each can be taken apart again."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from leads import audit, lifecycle, merging, opportunities
from leads.actors import Job
from leads.domain.stages import Stage
from leads.lifecycle import CannotBeReinstated
from leads.merging import CannotMerge
from leads.models import Lead, Merge, Signal, StageVisit, User, Visitor
from revops import coming_back
from routing import handoffs
from routing.models import Handoff, RejectionReason
from routing.rejections import Rejection
from scoring.models import Score, Scorecard
from tests import factories
from tests.races import at_once

DEDUPLICATION = Job("a test")
MINUTE = timedelta(minutes=1)


def known(email: str, *, now: datetime, kind: str = "webinar_attended", **person: Any) -> Lead:
    """Somebody of the company who attended a webinar."""
    payload = factories.signal(kind, email=email)
    payload["person"] |= person
    factories.receive(payload, now=now)
    return factories.lead_of(email)


@pytest.fixture
def pair(model: Scorecard, now: datetime) -> tuple[Lead, Lead]:
    """The same person under two addresses: the duplicate, which knows the phone, and the survivor."""
    survivor = known("eva@acme.example", now=now, phone="")
    duplicate = known("eva.klein@acme.example", now=now + MINUTE)
    return duplicate, survivor


def merged(pair: tuple[Lead, Lead], *, now: datetime) -> Merge:
    duplicate, survivor = pair
    made = merging.merge(duplicate, into=survivor, by=DEDUPLICATION, now=now)
    coming_back.follow_merges(now=now)
    return made


def test_what_the_duplicate_did_counts_for_the_survivor(pair: tuple[Lead, Lead], now: datetime) -> None:
    duplicate, survivor = pair

    merged(pair, now=now + 2 * MINUTE)

    survivor.refresh_from_db()
    duplicate.refresh_from_db()
    assert Signal.objects.filter(lead=survivor).count() == 2
    assert (duplicate.stage, duplicate.merged_into) == (Stage.DISQUALIFIED, survivor)
    assert survivor.phone == "+4930901820"
    assert Score.objects.get(lead=duplicate).engagement_sum == 0
    assert Score.objects.get(lead=survivor).engagement_sum == 2 * 15


def test_survivor_may_qualify_by_what_came_over(pair: tuple[Lead, Lead], ana: User, now: datetime) -> None:
    _duplicate, survivor = pair
    assert survivor.stage == Stage.LEAD

    merged(pair, now=now + 2 * MINUTE)

    survivor.refresh_from_db()
    assert (survivor.stage, survivor.owner) == (Stage.MQL, ana)


def test_a_request_that_waited_is_handed_over_with_the_survivor_once_nothing_can_be_undone(
    pair: tuple[Lead, Lead], ana: User, now: datetime
) -> None:
    _, survivor = pair
    lifecycle.recycle(survivor, by=DEDUPLICATION, now=now, cause="not now")
    handoff = factories.handoff(now=now, email="e.klein@acme.example")
    why = Rejection(RejectionReason.objects.get(code="duplicate"), "Eva again.", duplicate_of=survivor)
    handoffs.reject(handoff, why, by=ana, now=now + MINUTE)

    assert coming_back.follow_merges(now=now + MINUTE) == 0
    assert coming_back.follow_merges(now=now + 2 * MINUTE) == 1

    again = Handoff.objects.open().get()
    assert (again.lead, again.priority, again.trigger) == (survivor, "P1", "demo_request")
    assert Lead.objects.get(pk=survivor.pk).stage == Stage.MQL
    assert coming_back.follow_merges(now=now + 3 * MINUTE) == 0


def test_a_merge_that_cannot_be_followed_keeps_no_other_waiting(
    pair: tuple[Lead, Lead], ana: User, now: datetime
) -> None:
    duplicate, survivor = pair
    merging.merge(duplicate, into=survivor, by=DEDUPLICATION, now=now)
    others = [known(f"{name}@other.example", now=now) for name in ("tom", "t.moser")]
    merging.merge(others[0], into=others[1], by=DEDUPLICATION, now=now)
    with connection.cursor() as cursor:  # what goes wrong for one lead alone, as a broken row would
        cursor.execute(REFUSE_SCORE_OF, {"lead": duplicate.pk})

    assert coming_back.follow_merges(now=now) == 1

    assert set(Merge.objects.filter(followed_at=None).values_list("duplicate", flat=True)) == {duplicate.pk}


REFUSE_SCORE_OF = """
    CREATE FUNCTION refuse_score() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'this row is broken'; END $$;
    CREATE TRIGGER refuse_score BEFORE INSERT OR UPDATE ON scoring_score
        FOR EACH ROW WHEN (NEW.lead_id = %(lead)s) EXECUTE FUNCTION refuse_score()
"""


def test_later_signals_of_either_address_and_of_the_browser_go_to_the_survivor(
    pair: tuple[Lead, Lead], now: datetime
) -> None:
    duplicate, survivor = pair
    Visitor.objects.create(visitor_id="browser", lead=duplicate)
    merged(pair, now=now + 2 * MINUTE)

    by_address = factories.receive(
        factories.signal("email_click", email=duplicate.email), now=now + 3 * MINUTE
    )
    by_browser = factories.receive({"type": "pricing_page", "visitor_id": "browser"}, now=now + 4 * MINUTE)

    assert (by_address["lead"]["id"], by_browser["lead"]["id"]) == (survivor.pk, survivor.pk)


def test_merges_of_merges_lead_to_the_last_survivor(pair: tuple[Lead, Lead], now: datetime) -> None:
    duplicate, survivor = pair
    merged(pair, now=now + 2 * MINUTE)
    last = known("e.klein@acme.example", now=now + 3 * MINUTE)

    merged((survivor, last), now=now + 4 * MINUTE)

    answer = factories.receive(factories.signal("email_click", email=duplicate.email), now=now + 5 * MINUTE)
    assert answer["lead"]["id"] == last.pk
    assert Signal.objects.filter(lead=last).count() == 4
    with pytest.raises(CannotMerge, match="cannot repeat itself"):
        merging.merge(last, into=duplicate, by=DEDUPLICATION, now=now)


def test_a_no_of_either_is_a_no_of_both_and_stays_when_they_are_taken_apart(
    pair: tuple[Lead, Lead], olga: User, now: datetime
) -> None:
    duplicate, survivor = pair
    Lead.objects.filter(pk=duplicate.pk).update(suppressed_at=now)

    made = merged(pair, now=now + 2 * MINUTE)
    merging.unmerge(made, by=olga, now=now + 3 * MINUTE, reason="Two sisters.")

    survivor.refresh_from_db()
    assert survivor.suppressed_at == now


def test_merge_is_taken_apart_without_loss(pair: tuple[Lead, Lead], olga: User, now: datetime) -> None:
    duplicate, survivor = pair
    visits = StageVisit.objects.filter(lead=duplicate).count()
    made = merged(pair, now=now + 2 * MINUTE)

    merging.unmerge(made, by=olga, now=now + 3 * MINUTE, reason="Two sisters.")
    coming_back.follow_merges(now=now + 3 * MINUTE)

    duplicate.refresh_from_db()
    survivor.refresh_from_db()
    assert (duplicate.stage, duplicate.merged_into) == (Stage.LEAD, None)
    assert survivor.phone == ""
    assert Signal.objects.filter(lead=duplicate).count() == Signal.objects.filter(lead=survivor).count() == 1
    assert Score.objects.get(lead=duplicate).engagement_sum == 15
    assert StageVisit.objects.filter(lead=duplicate).count() == visits + 2
    assert [entry.action for entry in audit.of(f"lead:{duplicate.pk}")] == ["lead.reinstated", "lead.merged"]
    with pytest.raises(CannotMerge, match="taken apart already"):
        merging.undo(made, by=olga, now=now)


def test_touches_that_came_to_the_survivor_itself_stay_with_it(
    pair: tuple[Lead, Lead], olga: User, now: datetime
) -> None:
    duplicate, survivor = pair
    made = merged(pair, now=now + 2 * MINUTE)
    factories.receive(factories.signal("email_click", email=survivor.email), now=now + 3 * MINUTE)

    merging.unmerge(made, by=olga, now=now + 4 * MINUTE, reason="Two sisters.")

    kinds = Signal.objects.filter(lead=survivor).order_by("occurred_at").values_list("type_id", flat=True)
    assert list(kinds) == ["webinar_attended", "email_click"]
    assert Signal.objects.filter(lead=duplicate).count() == 1


def test_what_cannot_be_merged_is_refused_in_words_and_nothing_changes(
    pair: tuple[Lead, Lead], ana: User, olga: User, now: datetime
) -> None:
    duplicate, survivor = pair
    with pytest.raises(CannotMerge, match="cannot repeat itself"):
        merging.merge(survivor, into=survivor, by=olga, now=now)
    deal = {"owner": ana, "amount": None, "close_on": now.date()}
    opportunities.open(duplicate, **deal, by=ana, now=now)  # type: ignore[arg-type]
    with pytest.raises(CannotMerge, match="has an open opportunity"):
        merging.merge(duplicate, into=survivor, by=olga, now=now)

    assert not Merge.objects.exists()


def test_merge_is_not_undone_without_a_reason(pair: tuple[Lead, Lead], olga: User, now: datetime) -> None:
    made = merged(pair, now=now + 2 * MINUTE)

    with pytest.raises(CannotBeReinstated):
        merging.unmerge(made, by=olga, now=now, reason=" ")

    made.refresh_from_db()
    assert made.undone_at is None


def test_scores_agree_with_touches_before_and_after(
    *, pair: tuple[Lead, Lead], ana: User, olga: User, now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    made = merged(pair, now=now + 2 * MINUTE)
    call_command("verify")
    merging.unmerge(made, by=olga, now=now + 3 * MINUTE, reason="Two sisters.")
    coming_back.follow_merges(now=now + 3 * MINUTE)
    call_command("verify")

    assert capsys.readouterr().out == "violations=0\n" * 2


@pytest.mark.django_db(transaction=True)
def test_two_merges_into_each_other_at_once_leave_one_survivor(
    pair: tuple[Lead, Lead], now: datetime
) -> None:
    one, other = pair
    merge = partial(merging.merge, by=DEDUPLICATION, now=now + 2 * MINUTE)

    outcomes = at_once(lambda: merge(one, into=other), lambda: merge(other, into=one))

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["CannotMerge", "Merge"]
    assert Lead.objects.filter(merged_into__isnull=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_signal_that_comes_during_a_merge_is_the_survivors(pair: tuple[Lead, Lead], now: datetime) -> None:
    duplicate, survivor = pair
    signals = [factories.signal("email_click", email=duplicate.email, signal_id=f"s{n}") for n in range(4)]

    at_once(
        partial(merging.merge, duplicate, into=survivor, by=DEDUPLICATION, now=now + 2 * MINUTE),
        *(partial(factories.receive, one, now=now + 2 * MINUTE) for one in signals),
    )
    coming_back.follow_merges(now=now + 3 * MINUTE)

    assert Signal.objects.filter(lead=survivor).count() == 6
    assert not Signal.objects.filter(lead=duplicate).exists()


def test_lead_that_is_worked_can_repeat_another(pair: tuple[Lead, Lead], ana: User, now: datetime) -> None:
    duplicate, _survivor = pair
    for stage in (Stage.MQL, Stage.SAL):
        lifecycle.move(duplicate, stage, by=DEDUPLICATION, now=now + MINUTE, cause="a test")

    merged(pair, now=now + 2 * MINUTE)

    duplicate.refresh_from_db()
    assert duplicate.stage == Stage.DISQUALIFIED
    assert duplicate.owner is None
