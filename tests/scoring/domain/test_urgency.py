"""Urgency knows how lately, deeply, often and plainly a person showed interest."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.domain.conditions import parse
from scoring.domain import criteria, urgency
from scoring.domain.engagement import Touch
from scoring.domain.seed import BEHAVIOURS, URGENCY, URGENCY_WINDOW_DAYS
from scoring.domain.urgency import UrgencyFacts, critical_event_in, facts_from

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
RULES = {rule.type: rule for rule in BEHAVIOURS}


def touch(type_: str, *, days_ago: float = 0) -> Touch:
    return Touch(type_, NOW - timedelta(days=days_ago), 0)


def facts(*touches: Touch, critical_event: str = "none") -> UrgencyFacts:
    return facts_from(
        touches,
        RULES,
        now=NOW,
        zone="Europe/Berlin",
        window_days=URGENCY_WINDOW_DAYS,
        critical_event=critical_event,
    )


def score(*touches: Touch, critical_event: str = "none") -> float:
    return criteria.score(URGENCY, facts(*touches, critical_event=critical_event).as_facts()).value


histories = st.lists(
    st.builds(
        lambda kind, days: touch(kind, days_ago=days),
        st.sampled_from([*RULES, "never_heard_of"]),
        st.floats(0, 200),
    ),
    max_size=10,
)


@given(histories, st.sampled_from(urgency.CRITICAL_EVENTS))
def test_urgency_lies_between_0_and_100_and_leaves_nothing_unknown(history: list[Touch], event: str) -> None:
    result = criteria.score(URGENCY, facts(*history, critical_event=event).as_facts())

    assert 0 <= result.value <= 100
    assert not any(term.unknown for term in result.terms)


@given(histories, st.sampled_from(list(RULES)))
def test_a_touch_today_never_lowers_urgency(history: list[Touch], kind: str) -> None:
    assert score(*history, touch(kind)) >= score(*history)


def test_everything_at_once_is_exactly_100() -> None:
    history = [touch("page_view", days_ago=day) for day in range(7)]

    assert score(touch("demo_request"), *history, critical_event="confirmed") == 100


def test_one_demo_request_is_urgent_enough_for_the_first_tier() -> None:
    assert score(touch("demo_request")) == 65
    assert score(touch("demo_request"), critical_event="implied") == pytest.approx(71.67, abs=0.01)


@pytest.mark.parametrize(("days_ago", "level"), [(0, 3), (6.9, 3), (7, 2), (30.9, 2), (31, 1), (400, 1)])
def test_recency_in_days(days_ago: float, level: int) -> None:
    result = criteria.score(URGENCY, facts(touch("page_view", days_ago=days_ago)).as_facts())

    assert next(term.level for term in result.terms if term.code == "recency") == level


def test_nobody_seen_is_known_to_be_no_signal() -> None:
    recency = criteria.score(URGENCY, facts().as_facts()).terms[0]

    assert (recency.level, recency.level_label, recency.unknown) == (0, "none", False)
    assert score() == 0


def test_what_shows_no_interest_does_not_count() -> None:
    assert (
        facts(touch("email_open"), touch("jobs_page"), touch("unsubscribe"), touch("unheard of")) == facts()
    )


def test_depth_visits_and_requests_count_within_the_window() -> None:
    old = touch("demo_request", days_ago=91)
    recent = touch("webinar_attended", days_ago=89)

    assert facts(old) == UrgencyFacts(91, 0, "none", 0, 0)
    assert facts(old, recent) == UrgencyFacts(89, 1, "none", 1, 2)


def test_visits_are_days_on_the_local_calendar() -> None:
    before_midnight = Touch("page_view", datetime(2026, 11, 20, 22, 30, tzinfo=UTC), 0)
    after_midnight = Touch("page_view", datetime(2026, 11, 20, 23, 30, tzinfo=UTC), 0)
    same_morning = Touch("page_view", datetime(2026, 11, 21, 8, tzinfo=UTC), 0)

    assert facts(before_midnight, after_midnight, same_morning).visits == 2


def test_an_unknown_critical_event_is_none() -> None:
    assert facts(critical_event="perhaps").critical_event == "none"


@pytest.mark.parametrize(
    ("answers", "event"),
    [
        ([], "none"),
        ([{"critical_event": "mentioned"}, {"critical_event": "Confirmed"}, {}], "confirmed"),
        ([{"critical_event": "contract ends in March"}], "mentioned"),
        ([{"critical_event": "implied"}], "implied"),
        ([{"critical_event": "no"}, {"critical_event": " "}, {"critical_event": None}], "none"),
        ([{"critical_event": ["x"]}, {"pain": "many"}], "none"),
    ],
)
def test_the_surest_answer_counts(answers: list[dict[str, object]], event: str) -> None:
    assert critical_event_in(answers) == event


def test_the_vocabulary_names_every_fact() -> None:
    assert set(urgency.VOCABULARY) == set(facts().as_facts())
    conditions = [{"attribute": name, "operator": "is_known", "values": []} for name in urgency.VOCABULARY]
    assert len(parse(conditions, urgency.VOCABULARY)) == 5
