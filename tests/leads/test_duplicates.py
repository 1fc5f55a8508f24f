"""Duplicates: who is proposed and who never, what is decided once, and how it is taken back (IN-8)."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from leads import audit, duplicate_sweep, duplicates, identity_keys
from leads.domain.duplicates import likely
from leads.domain.person_facts import Fact, describe, keys_of
from leads.domain.stages import Stage
from leads.duplicates import AlreadyDecided
from leads.merging import CannotMerge
from leads.models import Account, DuplicateProposal, IdentityKey, Lead, Signal, User, Visitor
from revops.duplicates import merging as duplicate_merging
from routing.models import Clock, Handoff
from scoring.models import Scorecard
from tests import factories
from tests.races import at_once

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def known(email: str, *, now: datetime, kind: str = "webinar_attended", **person: Any) -> Lead:
    given = {**factories.signal()["person"], "email": email, "phone": "", **person}
    factories.receive(factories.signal(kind, email=email, person=given), now=now)
    return factories.lead_of(email)


def proposed() -> set[frozenset[str]]:
    pairs = DuplicateProposal.objects.open().values_list("one__email", "other__email")
    return {frozenset(pair) for pair in pairs}


def pair_of(one: Lead, other: Lead) -> DuplicateProposal:
    first, second = sorted((one.pk, other.pk))
    return DuplicateProposal.objects.select_related("one", "other").get(one=first, other=second)


@pytest.fixture
def pair(model: Scorecard, now: datetime) -> DuplicateProposal:
    """Eva under two addresses of her company."""
    one, other = known("eva@acme.example", now=now), known("eva.klein@acme.example", now=now)
    duplicate_sweep.look_at_newcomers(now=now)
    return pair_of(one, other)


# Who is proposed


def test_name_address_and_number_propose_a_pair(ana: User, now: datetime) -> None:
    known("eva.klein@acme.example", now=now, phone="+49 30 901820")
    known("eva@acme.example", now=now)
    known("evaklein@acme.example", now=now, first_name="E.", last_name="Kl.")
    known("other@acme.example", now=now, first_name="Otto", last_name="Maier")
    known("e@private.example", now=now, phone="+49 30 901820")

    duplicate_sweep.look_at_newcomers(now=now)

    with_eva = {each - {"eva.klein@acme.example"} for each in proposed() if "eva.klein@acme.example" in each}
    assert with_eva == {
        frozenset({"eva@acme.example"}),
        frozenset({"evaklein@acme.example"}),
        frozenset({"e@private.example"}),
    }
    assert not any("other@acme.example" in each for each in proposed())


def test_colleagues_at_one_switchboard_and_numbered_namesakes_are_two_people(
    ana: User, now: datetime
) -> None:
    known("eva.klein@acme.example", now=now, phone="+49 30 901820")
    known("tom@acme.example", now=now, first_name="Tom", last_name="Berg", phone="+49 30 901820")
    known("eva.klein2@acme.example", now=now, phone="+49 30 901821")

    duplicate_sweep.look_at_newcomers(now=now)

    assert proposed() == set()


@pytest.mark.parametrize(("crowd", "pairs"), [(3, 2), (2, 0)])
def test_a_number_that_a_crowd_shares_brings_nobody_together(
    ana: User, now: datetime, monkeypatch: pytest.MonkeyPatch, crowd: int, pairs: int
) -> None:
    monkeypatch.setattr(identity_keys, "CROWD", crowd)
    for name in ("Klein", "Kleim", "Klain"):
        known(f"eva@{name.lower()}.example", now=now, last_name=name, phone="+49 30 901820")

    duplicate_sweep.look_at_newcomers(now=now)

    assert len(proposed()) == pairs


def test_who_is_taken_as_looked_at_is_found_by_newcomers(ana: User, now: datetime) -> None:
    first = known("eva@acme.example", now=now)
    duplicate_sweep.remember(Lead.objects.filter(pk=first.pk), now=now)
    known("eva.klein@acme.example", now=now)

    looked = duplicate_sweep.look_at_newcomers(now=now)

    assert looked == 1
    assert proposed() == {frozenset({"eva@acme.example", "eva.klein@acme.example"})}


def test_second_sweep_looks_at_nobody_and_changes_nothing(pair: DuplicateProposal, now: datetime) -> None:
    keys = set(IdentityKey.objects.values_list("lead", "key"))

    assert duplicate_sweep.look_at_newcomers(now=now + MINUTE) == 0
    assert duplicate_sweep.look_at_changed(now=now + MINUTE) == 0

    assert DuplicateProposal.objects.get() == pair
    assert set(IdentityKey.objects.values_list("lead", "key")) == keys


def test_who_only_meets_by_a_digest_is_compared_in_vain(pair: DuplicateProposal, now: datetime) -> None:
    stranger = known("otto@other.example", now=now, first_name="Otto", last_name="Maier")
    for key in IdentityKey.objects.filter(lead=pair.one_id).values_list("key", flat=True):
        IdentityKey.objects.create(key=key, lead=stranger)

    known("e.klein@acme.example", now=now)
    duplicate_sweep.look_at_newcomers(now=now + MINUTE)

    assert len(proposed()) == 3  # the three of Eva, each with each
    assert not any("otto@other.example" in each for each in proposed())


@pytest.mark.parametrize(("batch", "part"), [(1, 1), (11, 4), (100, 100)])
def test_newcomers_together_are_proposed_as_one_after_the_other(
    ana: User, now: datetime, monkeypatch: pytest.MonkeyPatch, batch: int, part: int
) -> None:
    for name, number in (("BATCH", batch), ("PART", part)):
        monkeypatch.setattr(duplicate_sweep, name, number)
    monkeypatch.setattr(identity_keys, "WIDEST", 3)
    company = Account.objects.create(name="Acme", name_key="acme", created_at=now)
    chance = Random(batch)
    people = [
        (chance.choice(("Eva", "Ewa", "Otto")), chance.choice(("Klein", "Kleim", "Maier"))) for _ in range(30)
    ]
    leads = Lead.objects.bulk_create(
        Lead(first_name=first, last_name=last, account=company, created_at=now) for first, last in people
    )

    looked = duplicate_sweep.look_at_newcomers(now=now)

    pairs = set(DuplicateProposal.objects.values_list("one", "other"))
    assert looked == len(people)
    assert pairs == {(leads[one].pk, leads[other].pk) for one, other in one_after_the_other(people)}


def one_after_the_other(people: list[tuple[str, str]]) -> set[tuple[int, int]]:
    """Each with the three latest before that share one of its keys and are likely the same."""
    facts = (Fact.FIRST_NAME, Fact.LAST_NAME, Fact.ACCOUNT)
    described = [describe(dict(zip(facts, (*names, "1"), strict=True))) for names in people]
    sharing: dict[str, list[int]] = defaultdict(list)
    found = set()
    for place, person in enumerate(described):
        for key in keys_of(person):
            near = [other for other in sharing[key][-3:] if likely(described[other], person)]
            found |= {(other, place) for other in near}
            sharing[key].append(place)
    return found


def test_changed_facts_are_compared_again_and_a_pair_that_is_none_goes(
    pair: DuplicateProposal, now: datetime
) -> None:
    Lead.objects.filter(pk=pair.other_id).update(first_name="Konrad", last_name="Weber")

    assert duplicate_sweep.look_at_changed(now=now + MINUTE) == 1

    assert not DuplicateProposal.objects.exists()


def test_changed_facts_are_looked_up_by_new_keys_alone(pair: DuplicateProposal, now: datetime) -> None:
    others = set(IdentityKey.objects.filter(lead=pair.one_id).values_list("key", flat=True))
    Lead.objects.filter(pk=pair.other_id).update(email="x", first_name="Konrad", last_name="Weber", phone="")

    duplicate_sweep.look_at_changed(now=now + MINUTE)

    keys = set(IdentityKey.objects.filter(lead=pair.other_id).values_list("key", flat=True))
    assert len(keys) == 3  # both names at the company, and the whole name
    assert not keys & others
    assert set(IdentityKey.objects.filter(lead=pair.one_id).values_list("key", flat=True)) == others


def test_decided_pairs_are_never_proposed_again(pair: DuplicateProposal, olga: User, now: datetime) -> None:
    duplicates.keep_apart(pair, by=olga, now=now)
    Lead.objects.filter(pk=pair.other_id).update(phone="+4930901820")

    duplicate_sweep.look_at_changed(now=now + MINUTE)

    assert proposed() == set()
    assert DuplicateProposal.objects.get().decision == "APART"


def test_a_pair_that_was_kept_apart_is_asked_about_again_where_somebody_says_so(
    pair: DuplicateProposal, olga: User, now: datetime
) -> None:
    duplicates.keep_apart(pair, by=olga, now=now)

    duplicates.ask_again(pair, by=olga, now=now + MINUTE)

    assert DuplicateProposal.objects.get().decision == ""
    said = {entry.action for entry in audit.of(f"duplicate:{pair.pk}")}
    assert said == {"duplicate.kept_apart", "duplicate.asked_again"}


def test_merged_leads_are_not_compared(pair: DuplicateProposal, olga: User, now: datetime) -> None:
    duplicates.merge(pair, keep=pair.one, by=olga, now=now)
    known("klein.eva@acme.example", now=now + MINUTE)

    duplicate_sweep.look_at_newcomers(now=now + MINUTE)

    assert proposed() == {frozenset({"eva@acme.example", "klein.eva@acme.example"})}


def test_hints_are_of_what_the_viewer_may_know(
    pair: DuplicateProposal, mia: User, olga: User, charlie: User
) -> None:
    Lead.objects.filter(pk=pair.one_id).update(team=mia.team)
    Lead.objects.filter(pk=pair.other_id).update(team=charlie.team, owner=charlie)

    assert [hint.lead for hint in duplicates.of(pair.one, viewer=olga)] == [pair.other]
    assert duplicates.of(pair.one, viewer=mia) == []


# What is decided


def test_merge_and_taking_apart_lose_no_touch_hand_off_or_visit(
    pair: DuplicateProposal, olga: User, now: datetime
) -> None:
    before = [
        (lead.pk, set(Signal.objects.filter(lead=lead).values_list("pk", flat=True)))
        for lead in (pair.one, pair.other)
    ]

    duplicates.merge(pair, keep=pair.one, by=olga, now=now + MINUTE)

    assert Signal.objects.filter(lead=pair.one).count() == 2
    pair.refresh_from_db()
    duplicates.take_apart(pair, by=olga, now=now + 2 * MINUTE, reason="Two sisters.")

    for lead_id, touches in before:
        assert set(Signal.objects.filter(lead=lead_id).values_list("pk", flat=True)) == touches
    assert pair.other.visits.count() == 4  # subscriber, lead, disqualified, lead again
    pair.refresh_from_db()
    assert (pair.decision, pair.merge) == ("APART", None)
    assert [entry.action for entry in audit.of(f"duplicate:{pair.pk}")] == ["duplicate.taken_apart"]


def test_region_and_post_code_come_over_where_the_country_is_the_same(
    pair: DuplicateProposal, olga: User, now: datetime
) -> None:
    Lead.objects.filter(pk=pair.other_id).update(region="Berlin", postal_code="10115")
    pair = pair_of(pair.one, pair.other)

    duplicates.merge(pair, keep=pair.one, by=olga, now=now)

    kept = Lead.objects.get(pk=pair.one_id)
    assert (kept.region, kept.postal_code) == ("Berlin", "10115")


def test_region_of_another_country_does_not_come_over(
    pair: DuplicateProposal, olga: User, now: datetime
) -> None:
    Lead.objects.filter(pk=pair.other_id).update(country="AT", region="Wien")
    pair = pair_of(pair.one, pair.other)

    duplicates.merge(pair, keep=pair.one, by=olga, now=now)

    assert Lead.objects.get(pk=pair.one_id).region == ""


@pytest.mark.django_db(transaction=True)
def test_one_decision_wins(pair: DuplicateProposal, olga: User, now: datetime) -> None:
    mine, theirs = pair_of(pair.one, pair.other), pair_of(pair.one, pair.other)

    answers = at_once(
        partial(duplicates.merge, mine, keep=mine.one, by=olga, now=now),
        partial(duplicates.keep_apart, theirs, by=olga, now=now),
    )

    [refused] = [answer for answer in answers if isinstance(answer, Exception)]
    assert isinstance(refused, AlreadyDecided), refused
    assert "Olga has already said" in str(refused)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_look_at_everybody_once(ana: User, now: datetime) -> None:
    for email in ("eva@acme.example", "eva.klein@acme.example", "e.klein@acme.example"):
        known(email, now=now)

    looked = at_once(*[partial(duplicate_sweep.look_at_newcomers, now=now)] * 3)

    assert sorted(str(each) for each in looked) == ["0", "0", "3"]
    assert len(proposed()) == 3


@pytest.mark.django_db(transaction=True)
def test_who_writes_to_a_newcomer_waits_for_no_sweep(ana: User, now: datetime) -> None:
    lead = known("eva@acme.example", now=now)

    with transaction.atomic():
        duplicate_sweep.look_at_newcomers(now=now)
        [written] = at_once(partial(write, lead, title="CEO"))
        [erased] = at_once(partial(write, lead, email_key="erased"))

    assert written == 1
    assert isinstance(erased, OperationalError)  # its keys would stay behind


def write(lead: Lead, **told: str) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '2s'")
        return Lead.objects.filter(pk=Lead.objects.locked().get(pk=lead.pk).pk).update(**told)


def test_open_hand_off_of_the_merged_one_is_closed_as_a_duplicate(
    ana: User, olga: User, now: datetime
) -> None:
    one = known("eva@acme.example", now=now)
    handoff = factories.handoff(now=now, email="eva.klein@acme.example")
    duplicate_sweep.look_at_newcomers(now=now)
    pair = pair_of(one, handoff.lead)

    duplicates.merge(pair, keep=one, by=olga, now=now + MINUTE, carry_out=duplicate_merging.merge)

    handoff.refresh_from_db()
    assert (handoff.status, handoff.reason and handoff.reason.outcome) == ("REJECTED", "MERGE")
    assert Lead.objects.get(pk=handoff.lead_id).stage == Stage.DISQUALIFIED
    assert not Clock.objects.running().filter(lead=handoff.lead_id).exists()
    assert not Handoff.objects.open().filter(lead=handoff.lead_id).exists()


def test_nobody_is_merged_with_who_was_erased(pair: DuplicateProposal, olga: User, now: datetime) -> None:
    Lead.objects.filter(pk=pair.one_id).update(email="", first_name="", last_name="", erased_at=now)
    pair = pair_of(pair.one, pair.other)

    for keep in (pair.one, pair.other):
        with pytest.raises(CannotMerge, match="was erased"):
            duplicates.merge(pair, keep=keep, by=olga, now=now)

    assert not DuplicateProposal.objects.open().exists()
    assert Lead.objects.get(pk=pair.one_id).first_name == ""


def test_customer_is_never_merged_away(pair: DuplicateProposal, olga: User, now: datetime) -> None:
    Lead.objects.filter(pk=pair.other_id).update(stage=Stage.CUSTOMER)
    pair = pair_of(pair.one, pair.other)

    with pytest.raises(CannotMerge, match="Keep Eva Klein instead"):
        duplicates.merge(pair, keep=pair.one, by=olga, now=now, carry_out=duplicate_merging.merge)

    pair.refresh_from_db()
    assert pair.decision == ""


# Browsers


def test_two_people_on_one_browser_stay_two(model: Scorecard, now: datetime) -> None:
    first, second = ("eva@acme.example", "tom@acme.example")
    for email in (first, second):
        factories.receive(factories.signal("webinar_attended", email=email, visitor_id="shared"), now=now)

    anonymous = {"type": "pricing_page", "visitor_id": "shared"}
    answer = factories.receive(anonymous, now=now + MINUTE)
    factories.receive(factories.signal(email=second, visitor_id="shared"), now=now + 2 * MINUTE)

    assert answer.get("lead") is None
    assert Visitor.objects.get().is_shared
    assert Signal.objects.filter(type="pricing_page", lead=None).count() == 1
    assert Signal.objects.filter(lead=factories.lead_of(first)).count() == 1
    assert Account.objects.count() == 1


def test_earlier_touches_of_an_anonymous_browser_join_the_one_who_signs(
    model: Scorecard, now: datetime
) -> None:
    factories.receive({"type": "pricing_page", "visitor_id": "own"}, now=now)

    factories.receive(
        factories.signal("webinar_attended", email="eva@acme.example", visitor_id="own"), now=now + MINUTE
    )

    assert Signal.objects.filter(lead=factories.lead_of("eva@acme.example")).count() == 2
