"""What people are told, by which channels, and when a mail had better wait: decided from what each person chose."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Channel(StrEnum):
    """How news travels to a person."""

    IN_APP = "IN_APP"
    EMAIL = "EMAIL"
    WEBHOOK = "WEBHOOK"


class Kind(StrEnum):
    """What news is about; each person chooses the channels of each."""

    ASSIGNED = "ASSIGNED"
    PASSED_ON = "PASSED_ON"
    UNASSIGNED = "UNASSIGNED"
    WARNING = "WARNING"
    BREACH = "BREACH"
    ESCALATION = "ESCALATION"
    LAPSED = "LAPSED"
    SECOND_LOOK = "SECOND_LOOK"
    MEETING = "MEETING"
    CUSTOMER = "CUSTOMER"
    DEAL = "DEAL"
    DOUBT = "DOUBT"
    ALERT = "ALERT"
    LEFT_BEHIND = "LEFT_BEHIND"
    REVIEW = "REVIEW"
    FAULT = "FAULT"
    OTHER = "OTHER"


MUST_ARRIVE = frozenset({Kind.ASSIGNED, Kind.UNASSIGNED, Kind.SECOND_LOOK, Kind.MEETING, Kind.FAULT})
"""A lead waits for the person, or Baton itself needs help: in the app these arrive whatever was chosen."""

_QUIETER = frozenset({Channel.IN_APP})
_USUAL = frozenset({Channel.IN_APP, Channel.EMAIL})
_EVERYWHERE = _USUAL | {Channel.WEBHOOK}
DEFAULTS: Mapping[Kind, frozenset[Channel]] = {
    **dict.fromkeys(Kind, _USUAL),
    **dict.fromkeys(MUST_ARRIVE, _EVERYWHERE),
    Kind.BREACH: _EVERYWHERE,
    Kind.ESCALATION: _EVERYWHERE,
    Kind.WARNING: _QUIETER,
    Kind.PASSED_ON: _QUIETER,
}
"""Where nothing was chosen; the webhook counts only for who has one."""


def channels(kind: Kind, chosen: Mapping[str, Collection[str]], *, has_webhook: bool) -> tuple[Channel, ...]:
    """The channels of `kind` for somebody who chose `chosen` (kind → channels); in the order of `Channel`."""
    wanted = set(chosen.get(kind, DEFAULTS[kind]))
    if kind in MUST_ARRIVE:
        wanted.add(Channel.IN_APP)
    if not has_webhook:
        wanted.discard(Channel.WEBHOOK)
    return tuple(channel for channel in Channel if channel in wanted)


def quiet_until(now: datetime, *, begins: time | None, ends: time | None, zone: str) -> datetime | None:
    """When the quiet hours that `now` lies in are over, in UTC; None outside of them, and where there are none.

    The hours are those of the clock on the wall of `zone`; they may span midnight.
    """
    if begins is None or ends is None or begins == ends:
        return None
    local = now.astimezone(ZoneInfo(zone))
    at = local.time()
    spans_midnight = begins > ends
    is_quiet = (at >= begins or at < ends) if spans_midnight else begins <= at < ends
    if not is_quiet:
        return None
    day = local.date() + timedelta(days=1) if spans_midnight and at >= begins else local.date()
    over = datetime.combine(day, ends, tzinfo=ZoneInfo(zone)).astimezone(now.tzinfo)
    return max(over, now)
