"""The property behind every report: roll-ups answer what the rows answer, whatever is asked and whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leads.models import Team, User
from reports import compliance, rolled, rollups
from reports.divisions import Divided, divide
from reports.domain.compliance import Figures
from reports.domain.histogram import ERROR
from reports.domain.periods import Period, Span
from reports.domain.selection import NOBODY, Selection
from reports.measures import CLOCKS, MEASURES
from routing.models import Clock, Handoff
from tests import factories
from tests.reports import history

ZONE = "Europe/Berlin"
LAST = date(2026, 11, 17)
SOURCES = ["google", "event", "", "مرحبا"]


@pytest.fixture
def past(ana: User, bob: User, charlie: User, now: datetime) -> list[User]:
    """Some weeks of clocks and decisions of everybody, spread at random, half of them counted, then changed again."""
    random, template = Random(4), history.asked(now)
    people: list[User | None] = [ana, bob, charlie, None]
    for number in range(120):
        _copy(template, random, holder=random.choice(people), at=now - timedelta(days=60 * random.random()))
        if number == 90:
            rollups.fill(now=now)
    return [ana, bob, charlie]


def _copy(template: Handoff, random: Random, *, holder: User | None, at: datetime) -> None:
    """A hand-off like `template`, with a clock of each kind, some still running."""
    took, decided = (timedelta(seconds=random.expovariate(1 / 20_000)) for _ in range(2))
    handoff = Handoff.objects.get(pk=template.pk)
    handoff.pk = None
    handoff.status, handoff.decided_at = Handoff.Status.ACCEPTED, at + decided
    handoff.tier, handoff.source = random.choice(["T1", "T2", ""]), random.choice(SOURCES)
    handoff.assignee, handoff.team = holder, holder.team if holder else None
    handoff.captured_at, handoff.assigned_at = at, at + timedelta(milliseconds=random.randrange(2000))
    handoff.first_contact_at = at + took
    handoff.save(force_insert=True)
    for clock in Clock.objects.filter(handoff=template):
        clock.pk, clock.handoff = None, handoff
        clock.holder, clock.team, clock.tier = holder, handoff.team, handoff.tier
        clock.started_at, clock.due_at = at, at + timedelta(hours=4)
        clock.stopped_at = None if random.random() < 0.15 else at + took
        clock.save(force_insert=True)


def asked(people: list[User]) -> st.SearchStrategy[Selection]:
    reps = st.sampled_from(["", NOBODY, *(str(one.pk) for one in people)])
    teams = st.sampled_from(["", NOBODY, *(str(one.team_id) for one in people)])
    days = st.tuples(st.integers(0, 70), st.integers(0, 70))
    return st.builds(
        lambda ends, rep, team, tier, source: Selection(
            kind="FIRST_RESPONSE",
            span=Span.CUSTOM,
            period=Period(LAST - timedelta(max(ends)), LAST - timedelta(min(ends)), ZONE),
            rep=rep,
            team=team,
            tier=tier,
            source=source,
        ),
        ends=days,
        rep=reps,
        team=teams,
        tier=st.sampled_from(["", NOBODY, "T1", "T2"]),
        source=st.sampled_from(["", NOBODY, "google", "مرحبا"]),
    )


def counts(figures: Figures) -> tuple[int, ...]:
    return figures.met, figures.breached, figures.running, figures.at_risk, figures.overdue


def every_count(divided: Divided) -> dict[object, tuple[int, ...]]:
    weeks: dict[object, tuple[int, ...]] = {
        monday: counts(figures) for monday, figures in divided.weeks.items()
    }
    groups: dict[object, tuple[int, ...]] = {
        (name, group.key): counts(group.figures) for name, found in divided.groups.items() for group in found
    }
    return {"total": counts(divided.total), **weeks, **groups}


def assert_near(rolled_up: timedelta | None, exact: timedelta | None) -> None:
    assert (rolled_up is None) == (exact is None)
    if rolled_up is not None and exact is not None:
        assert abs(rolled_up - exact) <= exact * ERROR + timedelta(milliseconds=1)


def both(read: Callable[[], Divided], monkeypatch: pytest.MonkeyPatch) -> tuple[Divided, Divided]:
    """The answer from roll-ups, and that from rows alone."""
    monkeypatch.setattr(rolled, "EXACT_UP_TO", 0)
    from_rollups = read()
    monkeypatch.setattr(rolled, "EXACT_UP_TO", 10**9)
    return from_rollups, read()


@pytest.mark.parametrize("touched_again", [False, True])
def test_roll_ups_answer_what_the_rows_answer(
    past: list[User],
    olga: User,
    mia: User,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    touched_again: bool,
) -> None:
    viewers = [olga, mia, *past]
    if not touched_again:
        rollups.fill(now=now)

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(selection=asked(past), viewer=st.sampled_from(viewers))
    def holds(selection: Selection, viewer: User) -> None:
        from_rollups, from_rows = both(
            lambda: compliance.divide(selection, user=viewer, now=now), monkeypatch
        )

        assert every_count(from_rollups) == every_count(from_rows)
        for name in ("median", "ninetieth"):
            assert_near(getattr(from_rollups.total.elapsed, name), getattr(from_rows.total.elapsed, name))

    holds()


@pytest.mark.parametrize("name", sorted(MEASURES))
def test_every_measure_is_rolled_up_as_its_rows_are(
    past: list[User], olga: User, now: datetime, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    rollups.fill(now=now)
    selection = Selection(
        kind=name, span=Span.CUSTOM, period=Period(LAST - timedelta(40), LAST, ZONE), tier="T1"
    )

    from_rollups, from_rows = both(
        lambda: divide(rolled.facts(MEASURES[name], selection, user=olga)), monkeypatch
    )

    assert every_count(from_rollups) == every_count(from_rows)


def test_a_viewer_sees_by_roll_ups_what_visible_to_lets_them_see(
    past: list[User], mia: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    rollups.fill(now=now)
    monkeypatch.setattr(rolled, "EXACT_UP_TO", 0)
    sales = Team.objects.create(name="Sales")
    Team.objects.filter(people=past[0]).update(parent=sales)
    above = factories.person("max", role="MANAGER", team=sales)
    selection = Selection(kind="REVIEW", span=Span.CUSTOM, period=Period(LAST - timedelta(70), LAST, ZONE))

    for viewer in (mia, above, factories.person("nobody", role="SDR"), *past):
        seen = Clock.objects.visible_to(viewer).filter(kind="REVIEW", stopped_at__isnull=False)
        assert len(rolled.facts(CLOCKS["REVIEW"], selection, user=viewer)) == seen.count()


def test_by_kind_counts_what_each_kind_counts(past: list[User], olga: User, now: datetime) -> None:
    selection = Selection(kind="REVIEW", span=Span.CUSTOM, period=Period(LAST - timedelta(70), LAST, ZONE))

    kinds = compliance.by_kind(selection, user=olga, now=now)

    assert counts(kinds["REVIEW"]) == counts(compliance.divide(selection, user=olga, now=now).total)
