"""Scoring many leads at once gives each what scoring it alone gives, whatever the history and the model."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leads import partitions
from leads.models import Account, Lead, Signal, SignalType, TimelineEvent, User
from scoring import rescoring, scorecards, scores, touch_sums
from scoring.domain.touches import power
from scoring.many import Scorer
from scoring.models import Behaviour, DecayState, FitChange, Score, Scorecard
from tests import factories

BEGIN = datetime(2023, 1, 1, tzinfo=UTC)
DAYS = 900
UNKNOWN = "jobs_page"  # a type that no random model knows
TYPES = [UNKNOWN, "page_view", "pricing_page", "demo_request", "email_bounced"]
ANSWERS = [
    {},
    {},
    {},
    {"critical_event": "confirmed"},
    {"critical_event": 'maybe, "soon"\n'},
    {"critical_event": 7},
]

days = st.integers(0, DAYS) | st.integers(0, 8).map(lambda weeks: 7 * weeks) | st.integers(DAYS - 13, DAYS)
touches = st.tuples(
    days, st.integers(0, 24 * 60 - 1), st.sampled_from(TYPES), st.integers(0, 4), st.sampled_from(ANSWERS)
)
histories = st.lists(st.lists(touches, max_size=16), min_size=1, max_size=4)
behaviours = st.fixed_dictionaries(
    {
        "points": st.floats(-40, 40).map(lambda points: round(points, 2)),
        "weekly_cap": st.none() | st.floats(0, 60),
        "depth_multiplier": st.floats(0, 2),
        "depth": st.integers(0, 3),
        "request": st.integers(0, 3),
        "hand_raise": st.booleans(),
        "minimum_tier": st.sampled_from(["", "T1", "T3", "gone"]),
    }
)
models = st.fixed_dictionaries(
    {
        "decay_factor": st.sampled_from([0.5, 0.75, 1.0]) | st.floats(0.2, 1),
        "inactivity_weeks": st.integers(1, 5) | st.integers(1, 60),
        "urgency_window_days": st.integers(1, 400),
        "gate_signal_days": st.integers(1, 120),
    }
)


def scored_alone(lead_ids: list[int], *, now: datetime) -> None:
    """Each lead by itself, as a signal scores it."""
    for lead_id in lead_ids:
        with transaction.atomic():
            scores.apply(Lead.objects.locked().select_related("account").get(pk=lead_id), now=now)


@pytest.mark.django_db
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    plans=histories,
    rules=models,
    worths=st.lists(behaviours, min_size=4, max_size=4),
    epoch=st.integers(-150, 150),
    until=st.integers(DAYS, DAYS + 9) | st.integers(DAYS // 2, DAYS + 200),
    few=st.sampled_from([1, touch_sums.FEW]),
)
def test_set_based_scores_are_the_scores_of_a_lead_alone(
    model: Scorecard, plans: Any, rules: Any, worths: Any, epoch: int, until: int, few: int
) -> None:
    now = BEGIN + timedelta(days=until, hours=22, minutes=30)
    with transaction.atomic(), pytest.MonkeyPatch.context() as limits:
        limits.setattr(touch_sums, "FEW", few)
        DecayState.objects.update(epoch=scores.current_week(BEGIN) + epoch)
        leads = [_person(number, plan) for number, plan in enumerate(plans)]
        scored_alone(leads, now=BEGIN + timedelta(days=DAYS // 3))
        _put_in_force(rules, worths, now=now)

        alone = _outcome(lambda: scored_alone(leads, now=now))
        together = _outcome(lambda: rescoring.rescore_outdated(now=now))

        assert together["figures"] == alone["figures"]
        assert together["told"] == alone["told"]
        assert together["sums"] == pytest.approx(alone["sums"], rel=1e-9, abs=1e-9)
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_what_is_worth_less_than_a_float_can_hold_counts_as_nothing(model: Scorecard) -> None:
    now = BEGIN + timedelta(days=DAYS + 1)
    did = ((0, "page_view"), (420, "page_view"), (DAYS, "pricing_page"))
    lead = _person(0, [(day, 0, kind, 3, {}) for day, kind in did])
    rules = {"decay_factor": 0.2, "inactivity_weeks": 90, "urgency_window_days": 30, "gate_signal_days": 30}
    some = {
        "points": 4.0,
        "weekly_cap": None,
        "depth": 1,
        "request": 0,
        "hand_raise": False,
        "minimum_tier": "",
    }
    scored_alone([lead], now=BEGIN)
    _put_in_force(rules, [{**some, "depth_multiplier": each} for each in (1e-100, 1.0, 1.0, 1.0)], now=now)

    alone = _outcome(lambda: scored_alone([lead], now=now))
    together = _outcome(lambda: rescoring.rescore_outdated(now=now))

    assert together["figures"] == alone["figures"]
    assert together["sums"] == pytest.approx(alone["sums"], rel=1e-9)
    assert all(total > 0 for total in together["sums"].values())


def _person(number: int, plan: list[tuple[int, int, str, int, dict[str, object]]]) -> int:
    """A person of a company that is half known, who did what is planned."""
    company = Account.objects.create(
        name=f"Company {number}", employees=[None, 40, 400][number % 3], industry="Software", created_at=BEGIN
    )
    lead = Lead.objects.create(
        title=["", "VP Marketing", "Developer"][number % 3],
        country=["DE", ""][number % 2],
        account=company if number % 4 else None,
        created_at=BEGIN,
    )
    for place, (days, minutes, kind, depth, answers) in enumerate(plan):
        at = BEGIN + timedelta(days=days, minutes=minutes)
        partitions.ensure_month(at)
        Signal.objects.create(
            occurred_at=at,
            received_at=at,
            source=factories.source(),
            signal_id=f"{number}-{place}",
            type=SignalType(code=kind),
            lead=lead,
            depth=depth,
            answers=answers,
        )
    return lead.pk


def _put_in_force(rules: dict[str, Any], worths: list[dict[str, Any]], *, now: datetime) -> None:
    """Let a random model score from now on."""
    draft = scorecards.create_draft(Scorecard.objects.published(), by=None, now=now)
    Scorecard.objects.filter(pk=draft.pk).update(**rules)
    Behaviour.objects.filter(scorecard=draft, type=UNKNOWN).delete()
    for kind, worth in zip(TYPES[1:], worths, strict=True):
        Behaviour.objects.filter(scorecard=draft, type=kind).update(**worth)
    # not by publishing, which refuses what makes no sense: scoring has to agree even there
    Scorecard.objects.filter(status=Scorecard.Status.PUBLISHED).update(status=Scorecard.Status.RETIRED)
    Scorecard.objects.filter(pk=draft.pk).update(status=Scorecard.Status.PUBLISHED, published_at=now)


def _worth_now(last_week: int | None) -> float:
    """What a stored sum is multiplied by to give the points as of the lead's last week."""
    version, epoch = Scorecard.objects.published(), scores.decay_state().epoch
    return power(version.decay_factor, (last_week or epoch) - epoch)


def _outcome(act: Callable[[], object]) -> dict[str, Any]:
    """What `act` leaves behind; then it is undone."""
    with transaction.atomic():
        act()
        rows: list[dict[str, Any]] = [dict(row) for row in Score.objects.order_by("lead").values()]
        sums = {row["lead_id"]: row.pop("engagement_sum") * _worth_now(row["last_week"]) for row in rows}
        tiers = list(Lead.objects.order_by("pk").values_list("pk", "tier"))
        events = TimelineEvent.objects.filter(kind="SCORE").order_by("lead", "at")
        told = list(events.values("lead", "at", "text", "data", "actor", "job"))
        moved = list(FitChange.objects.order_by("lead").values("lead", "at", "cause", "before", "after"))
        transaction.set_rollback(True)
    return {"sums": sums, "figures": (rows, tiers, moved), "told": told}


def test_seven_days_of_one_week_are_seven_visits(ana: User, now: datetime) -> None:
    monday = now - timedelta(days=now.weekday() + 7)
    for day in range(7):
        factories.receive(factories.signal("page_view"), now=monday + timedelta(days=day))
    later = monday + timedelta(days=8)

    rescoring.refresh_urgency(now=later)

    alone = scores.assess(
        Lead.objects.select_related("account").get(),
        model=scorecards.published_model(),
        state=scores.decay_state(),
        now=later,
    )
    assert Score.objects.get().updated_at == later
    assert Score.objects.get().urgency == alone.now.urgency
    assert next(term.level for term in alone.urgency.terms if term.code == "repeat_visits") == 3


def test_sums_need_nothing_of_most_touches_but_their_index(ana: User, now: datetime) -> None:
    factories.receive(factories.signal("demo_request", answers={"critical_event": "confirmed"}), now=now)
    with transaction.atomic(), connection.cursor() as cursor, CaptureQueriesContext(connection) as asked:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        Scorer(scorecards.published_model()).score(Score.objects.all(), epoch=0, now=now)
        [summed] = [each["sql"] for each in asked if "CREATE TEMPORARY TABLE touch_sum" in each["sql"]]
        cursor.execute("DROP TABLE touch_sum")
        cursor.execute(f"EXPLAIN {summed}")
        plan = [line for (line,) in cursor.fetchall() if " on leads_signal_" in line]

    answers = [line for line in plan if "_lead_id_idx on" in line]
    touches = [line for line in plan if line not in answers]
    assert answers
    assert touches
    assert all("Index Only Scan" in line for line in touches)
