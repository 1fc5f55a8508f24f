"""When a lead's tier changes, its running clocks follow, and what was promised before stays known (SL-15)."""

from datetime import datetime, timedelta

from leads.models import Lead, User
from routing import escalations, pauses, queue, snoozing, tier_changes
from routing.models import Clock, ClockChange, ClockKind
from routing.queue_tabs import Tab
from tests import factories

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MIDDLING = {**factories.COMPANY, "employees": 12, "technologies": ["Excel"]}


def first_response() -> Clock:
    return Clock.objects.running().get(kind=ClockKind.FIRST_RESPONSE)


def coming(clock: Clock) -> list[tuple[str, datetime]]:
    return [(action, at) for action, _, at in clock.to_come]


def test_higher_tier_promises_less_time_from_now_on(ana: User, now: datetime) -> None:
    factories.handoff(now=now, company=MIDDLING)
    assert (first_response().tier, first_response().due_at) == ("T2", now + 30 * MINUTE)
    Lead.objects.update(tier="T1")
    later = now + 10 * MINUTE

    assert tier_changes.catch_up(now=later) == 1
    assert tier_changes.catch_up(now=later) == 0

    clock = first_response()
    assert (clock.tier, clock.target, clock.due_at) == ("T1", 5 * MINUTE, later + 5 * MINUTE)
    change = ClockChange.objects.get(clock=clock)
    assert (change.old_tier, change.old_due_at, change.new_due_at) == ("T2", now + 30 * MINUTE, clock.due_at)
    assert coming(clock) == [
        ("WARN", later + 2.5 * MINUTE),
        ("WARN", later + 4 * MINUTE),
        ("NOTIFY_MANAGER", later + 5 * MINUTE),
        ("REROUTE", later + 15 * MINUTE),
    ]


def test_lower_tier_gives_the_time_that_it_would_have_had_from_the_start(ana: User, now: datetime) -> None:
    factories.handoff(now=now)
    assert first_response().tier == "T1"
    Lead.objects.update(tier="T2")

    tier_changes.catch_up(now=now + 2 * MINUTE)

    clock = first_response()
    assert clock.due_at == now + 30 * MINUTE
    assert coming(clock)[-1] == ("REROUTE", now + 2 * HOUR)
    assert coming(clock)[0][1] > now + 2 * MINUTE


def test_higher_tier_wakes_no_clock_that_stands_still(ana: User, now: datetime) -> None:
    handoff = factories.handoff(now=now, company=MIDDLING)
    pauses.call_later(handoff, until=now + 2 * HOUR, by=ana, now=now)
    Lead.objects.update(tier="T1")

    tier_changes.catch_up(now=now + 10 * MINUTE)

    assert first_response().due_at == now + 2 * HOUR + 5 * MINUTE
    assert escalations.sweep(now=now + HOUR) == escalations.Swept(0, 0)


def test_breach_that_was_made_stays_with_its_promise(ana: User, now: datetime) -> None:
    factories.handoff(now=now)
    escalations.sweep(now=now + 6 * MINUTE)
    Lead.objects.update(tier="T2")

    tier_changes.catch_up(now=now + 7 * MINUTE)

    clock = first_response()
    assert (clock.target, clock.due_at, clock.breached_at) == (5 * MINUTE, now + 5 * MINUTE, now + 5 * MINUTE)
    assert not ClockChange.objects.filter(clock=clock).exists()


def test_what_was_put_off_comes_back_when_it_is_due_sooner(ana: User, now: datetime) -> None:
    handoff = factories.handoff(now=now, company=MIDDLING)
    snoozing.snooze(handoff, until=now + 20 * MINUTE, by=ana, now=now)
    Lead.objects.update(tier="T1")

    tier_changes.catch_up(now=now + 2 * MINUTE)

    [row] = queue.rows(ana, Tab.MINE, now=now + 3 * MINUTE)
    assert row.handoff_id == handoff.pk


def test_what_was_put_off_inside_the_new_due_time_stays_so(ana: User, now: datetime) -> None:
    handoff = factories.handoff(now=now, company=MIDDLING)
    snoozing.snooze(handoff, until=now + 6 * MINUTE, by=ana, now=now)
    Lead.objects.update(tier="T1")

    tier_changes.catch_up(now=now + 2 * MINUTE)

    assert queue.rows(ana, Tab.MINE, now=now + 3 * MINUTE) == []


def test_signal_that_changes_the_tier_changes_the_clocks_at_once(ana: User, now: datetime) -> None:
    handoff = factories.handoff(now=now, company={"name": "Acme Software", "country": "DE"})
    assert handoff.tier == "T2"

    answer = factories.receive(factories.signal("demo_request"), now=now + MINUTE)

    assert first_response().tier == answer["lead"]["tier"] == "T1"
    assert first_response().due_at == now + 6 * MINUTE
