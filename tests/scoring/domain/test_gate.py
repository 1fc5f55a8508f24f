"""The gate passes who should pass, and names every part that failed for everybody else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.domain.identity import EmailKind
from leads.domain.stages import Stage
from scoring.domain.gate import Candidate, Gate, judge, target_person

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
GATE = Gate()
EVA = Candidate(
    fit=80,
    engagement=50,
    days_since_last_signal=1,
    stage=Stage.LEAD,
    hand_raise=False,
    email_kind=EmailKind.PERSONAL,
    has_real_email=True,
    phone_parses=True,
    first_name=True,
    role_level=3,
)

candidates = st.builds(
    Candidate,
    fit=st.floats(0, 100),
    engagement=st.floats(0, 100),
    days_since_last_signal=st.none() | st.integers(0, 400),
    stage=st.sampled_from(Stage),
    hand_raise=st.booleans(),
    email_kind=st.none() | st.sampled_from(EmailKind),
    has_real_email=st.booleans(),
    phone_parses=st.booleans(),
    first_name=st.booleans(),
    role_level=st.integers(0, 3),
    held_until=st.none() | st.integers(-5, 5).map(lambda days: NOW + timedelta(days=days)),
    engaged_since_hold=st.booleans(),
    purchased=st.booleans(),
    suppressed=st.booleans(),
)


def failed(**changes: Any) -> list[str]:
    return [failure.code for failure in judge(GATE, EVA._replace(**changes), now=NOW).failed]


@given(candidates)
def test_who_does_not_qualify_is_always_told_why(candidate: Candidate) -> None:
    verdict = judge(GATE, candidate, now=NOW)

    assert verdict.qualified is not bool(verdict.failed)
    assert verdict.hand_raise is candidate.hand_raise
    assert all(failure.sentence.endswith(".") for failure in verdict.failed)
    codes = [failure.code for failure in verdict.failed]
    assert len(codes) == len(set(codes))


@given(candidates)
def test_nobody_qualifies_disqualified_or_with_sales_or_without_an_address(candidate: Candidate) -> None:
    closed = {Stage.DISQUALIFIED, Stage.MQL, Stage.SAL, Stage.SQL, Stage.OPPORTUNITY, Stage.CUSTOMER}

    verdict = judge(GATE, candidate, now=NOW)

    if candidate.stage in closed or (candidate.hand_raise and not candidate.has_real_email):
        assert not verdict.qualified


@given(candidates)
def test_a_hand_raise_never_makes_it_harder(candidate: Candidate) -> None:
    by_score = judge(GATE, candidate._replace(hand_raise=False), now=NOW)
    by_hand = judge(GATE, candidate._replace(hand_raise=True), now=NOW)

    assert {failure.code for failure in by_hand.failed} <= {failure.code for failure in by_score.failed}


@given(candidates)
def test_by_score_only_a_free_lead_of_marketing_qualifies(candidate: Candidate) -> None:
    verdict = judge(GATE, candidate._replace(hand_raise=False), now=NOW)

    if verdict.qualified:
        assert candidate.stage in (Stage.SUBSCRIBER, Stage.LEAD)
        assert not candidate.purchased
        assert not candidate.suppressed
        assert candidate.fit >= 40
        assert candidate.engagement >= 30
        assert not target_person(GATE, candidate)


def test_a_good_lead_passes() -> None:
    verdict = judge(GATE, EVA, now=NOW)

    assert verdict.qualified
    assert verdict.failed == ()


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"fit": 40, "engagement": 30, "days_since_last_signal": 30, "role_level": 2}, []),
        ({"fit": 39.99}, ["fit"]),
        ({"engagement": 29.99}, ["engagement"]),
        ({"days_since_last_signal": 31}, ["recency"]),
        ({"days_since_last_signal": None}, ["recency"]),
        ({"role_level": 1}, ["role"]),
        ({"email_kind": EmailKind.FREE}, []),
        ({"email_kind": EmailKind.DISPOSABLE}, ["email"]),
        ({"email_kind": EmailKind.ROLE}, ["email"]),
        ({"email_kind": EmailKind.PLACEHOLDER}, ["email"]),
        ({"email_kind": None, "has_real_email": False}, ["email"]),
        ({"phone_parses": False, "first_name": False}, ["phone", "first_name"]),
        ({"purchased": True}, ["purchased"]),
        ({"suppressed": True}, ["suppressed"]),
        ({"held_until": NOW + timedelta(days=1)}, ["held"]),
        ({"held_until": NOW, "stage": Stage.LEAD}, []),
        ({"engaged_since_hold": False}, ["held"]),
        ({"stage": Stage.SUBSCRIBER}, []),
        ({"stage": Stage.RECYCLED}, ["stage"]),
        ({"stage": Stage.RECYCLED, "held_until": NOW + timedelta(days=1)}, ["held"]),
        ({"stage": Stage.RECYCLED, "held_until": NOW - timedelta(days=1)}, ["held"]),
        ({"stage": Stage.LOST}, ["stage"]),
        ({"stage": Stage.MQL}, ["stage"]),
        ({"stage": Stage.CUSTOMER}, ["stage"]),
        ({"stage": Stage.DISQUALIFIED}, ["disqualified"]),
        ({"fit": 0, "engagement": 0, "role_level": 0}, ["fit", "engagement", "role"]),
    ],
)
def test_the_parts_that_fail_by_score(changes: dict[str, Any], codes: list[str]) -> None:
    assert failed(**changes) == codes


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"fit": 0, "engagement": 0, "role_level": 0, "phone_parses": False, "first_name": False}, []),
        ({"stage": Stage.RECYCLED, "held_until": NOW + timedelta(days=100), "engaged_since_hold": False}, []),
        ({"stage": Stage.LOST}, []),
        ({"stage": Stage.SUBSCRIBER, "purchased": True, "suppressed": True}, []),
        ({"email_kind": EmailKind.DISPOSABLE}, ["email"]),
        ({"email_kind": EmailKind.ROLE}, ["email"]),
        ({"stage": Stage.DISQUALIFIED}, ["disqualified"]),
        ({"stage": Stage.SAL}, ["stage"]),
    ],
)
def test_the_parts_that_fail_on_a_hand_raise(changes: dict[str, Any], codes: list[str]) -> None:
    assert failed(hand_raise=True, **changes) == codes


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"fit": 39.99}, "Fit is 39.9, under 40."),
        ({"days_since_last_signal": 45}, "The last signal came 45 days ago, over 30."),
        ({"held_until": datetime(2027, 8, 4, tzinfo=UTC)}, "The lead is on hold until 4 August 2027."),
        ({"stage": Stage.SAL}, "The lead is already with sales (SAL)."),
        ({"phone_parses": False}, "There is no telephone number that can be dialled."),
    ],
)
def test_a_failure_reads_as_a_sentence(changes: dict[str, Any], sentence: str) -> None:
    assert [failure.sentence for failure in judge(GATE, EVA._replace(**changes), now=NOW).failed] == [
        sentence
    ]


def test_a_gate_that_asks_for_no_target_person_lets_others_through() -> None:
    nobody = EVA._replace(role_level=0, phone_parses=False, first_name=False, email_kind=EmailKind.ROLE)

    assert judge(replace(GATE, needs_target_person=False), nobody, now=NOW).qualified
    assert [part.code for part in target_person(GATE, nobody)] == ["role", "email", "phone", "first_name"]
    assert target_person(GATE, EVA) == ()
