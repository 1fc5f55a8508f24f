"""Which channels news takes, and how long mail waits: for every choice, hour and zone."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.domain.notices import MUST_ARRIVE, Channel, Kind, channels, quiet_until

KINDS = st.sampled_from(list(Kind))
CHOSEN = st.dictionaries(KINDS.map(str), st.lists(st.sampled_from(list(Channel)).map(str)))
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"])
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
TIMES = st.times()


def test_who_chose_nothing_is_told_as_is_usual() -> None:
    assert channels(Kind.BREACH, {}, has_webhook=False) == (Channel.IN_APP, Channel.EMAIL)
    assert channels(Kind.WARNING, {}, has_webhook=True) == (Channel.IN_APP,)


def test_a_kind_can_be_turned_off_but_for_what_must_arrive() -> None:
    nothing: dict[str, list[str]] = {"BREACH": [], "UNASSIGNED": []}

    assert channels(Kind.BREACH, nothing, has_webhook=True) == ()
    assert channels(Kind.UNASSIGNED, nothing, has_webhook=True) == (Channel.IN_APP,)


@given(kind=KINDS, chosen=CHOSEN, has_webhook=st.booleans())
def test_whatever_was_chosen_the_rules_hold(
    kind: Kind, chosen: dict[str, list[str]], *, has_webhook: bool
) -> None:
    told_by = channels(kind, chosen, has_webhook=has_webhook)

    assert kind not in MUST_ARRIVE or Channel.IN_APP in told_by
    assert has_webhook or Channel.WEBHOOK not in told_by
    assert len(set(told_by)) == len(told_by)


@pytest.mark.parametrize(
    ("now", "over"),
    [
        ("2026-11-17 21:59", None),
        ("2026-11-17 22:00", "2026-11-18 07:00"),
        ("2026-11-18 00:30", "2026-11-18 07:00"),
        ("2026-11-18 06:59", "2026-11-18 07:00"),
        ("2026-11-18 07:00", None),
    ],
)
def test_hours_over_midnight_end_on_the_next_morning_on_the_wall(now: str, over: str | None) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    at = datetime.fromisoformat(now).replace(tzinfo=berlin)

    found = quiet_until(at.astimezone(UTC), begins=time(22), ends=time(7), zone="Europe/Berlin")

    assert found == (datetime.fromisoformat(over).replace(tzinfo=berlin) if over else None)


def test_without_hours_nothing_waits() -> None:
    now = datetime(2026, 11, 17, 9, tzinfo=UTC)

    assert quiet_until(now, begins=None, ends=None, zone="UTC") is None
    assert quiet_until(now, begins=time(9), ends=time(9), zone="UTC") is None


@given(INSTANTS, TIMES, TIMES, ZONES)
def test_mail_never_waits_for_the_past_nor_for_more_than_a_day_and_a_change_of_the_clock(
    now: datetime, begins: time, ends: time, zone: str
) -> None:
    over = quiet_until(now, begins=begins, ends=ends, zone=zone)

    if over is not None:
        assert now <= over <= now + timedelta(hours=25)
        on_the_wall = over.astimezone(ZoneInfo(zone)).time()
        assert over == now or on_the_wall == ends or over.astimezone(ZoneInfo(zone)).dst() is not None
