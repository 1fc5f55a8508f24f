"""The gate from marketing to sales: passes a lead, or names every part that failed (SC-9, LC-6 to LC-11)."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from leads.domain.identity import EmailKind
from leads.domain.stages import MARKETING_STAGES, Stage

HAND_RAISE_STAGES = MARKETING_STAGES | {Stage.RECYCLED, Stage.LOST}
"""Where a lead may stand when a request of its own qualifies it."""


@dataclass(frozen=True)
class Gate:
    """The thresholds of the gate."""

    fit_at_least: float = 40
    engagement_at_least: float = 30
    signal_within_days: int = 30
    needs_target_person: bool = True
    target_role_level: int = 2


class Candidate(NamedTuple):
    """All that the gate asks about a lead; `email_kind` is None for a lead without an address."""

    fit: float
    engagement: float
    days_since_last_signal: int | None
    stage: Stage
    hand_raise: bool
    email_kind: EmailKind | None
    has_real_email: bool
    phone_parses: bool
    first_name: bool
    role_level: int
    held_until: datetime | None = None
    engaged_since_hold: bool = True
    purchased: bool = False
    suppressed: bool = False


@dataclass(frozen=True)
class Failure:
    """One part of the gate that a lead did not pass, as a code and as a sentence."""

    code: str
    sentence: str


@dataclass(frozen=True)
class Verdict:
    """Whether the lead becomes an MQL, by a hand-raise or by its scores, and what failed otherwise."""

    qualified: bool
    hand_raise: bool
    failed: tuple[Failure, ...]


def judge(gate: Gate, candidate: Candidate, *, now: datetime) -> Verdict:
    """The verdict at `now`; a hand-raise needs only a real e-mail and an undisqualified lead (LC-7)."""
    if candidate.hand_raise:
        failed = (*_stage(candidate), *_email(candidate))
    else:
        failed = (
            *_stage(candidate),
            *_permission(candidate, now),
            *_scores(gate, candidate),
            *_recency(gate, candidate),
            *(target_person(gate, candidate) if gate.needs_target_person else ()),
        )
    return Verdict(qualified=not failed, hand_raise=candidate.hand_raise, failed=failed)


def target_person(gate: Gate, candidate: Candidate) -> tuple[Failure, ...]:
    """The parts that keep the lead from being a target person (LC-10); empty when it is one."""
    return tuple(_target_person(gate, candidate))


def _stage(candidate: Candidate) -> Iterator[Failure]:
    stage = candidate.stage
    if stage is Stage.DISQUALIFIED:
        yield Failure("disqualified", "The lead was disqualified and never comes back by itself.")
    elif stage is Stage.CUSTOMER:
        yield Failure("stage", "The lead is a customer already.")
    elif stage not in HAND_RAISE_STAGES:
        yield Failure("stage", f"The lead is already with sales ({stage.label}).")
    elif stage not in MARKETING_STAGES and not candidate.hand_raise:
        yield from _waiting(candidate)


def _waiting(candidate: Candidate) -> Iterator[Failure]:
    """A recycled lead is told its hold instead, where it still has one."""
    if candidate.stage is Stage.LOST:
        yield Failure("stage", "The lead's opportunity was lost; only a request of its own reopens it.")
    elif candidate.held_until is None:
        yield Failure("stage", "The lead was recycled and is not released yet.")


def _permission(candidate: Candidate, now: datetime) -> Iterator[Failure]:
    until = candidate.held_until
    if until is not None and (now < until or candidate.stage is Stage.RECYCLED):
        yield Failure("held", f"The lead is on hold until {until.day} {until:%B %Y}.")
    elif not candidate.engaged_since_hold:
        yield Failure("held", "Nothing has happened since the lead was put on hold.")
    if candidate.purchased:
        yield Failure("purchased", "The contact was bought; only a request of its own can qualify it.")
    if candidate.suppressed:
        yield Failure("suppressed", "The person does not want to be contacted.")


def _scores(gate: Gate, candidate: Candidate) -> Iterator[Failure]:
    for code, value, least in (
        ("fit", candidate.fit, gate.fit_at_least),
        ("engagement", candidate.engagement, gate.engagement_at_least),
    ):
        if value < least:
            yield Failure(code, f"{code.capitalize()} is {_rounded_down(value)}, under {least:g}.")


def _recency(gate: Gate, candidate: Candidate) -> Iterator[Failure]:
    days = candidate.days_since_last_signal
    if days is None:
        yield Failure("recency", "There has been no signal yet.")
    elif days > gate.signal_within_days:
        yield Failure("recency", f"The last signal came {days} days ago, over {gate.signal_within_days}.")


def _target_person(gate: Gate, candidate: Candidate) -> Iterator[Failure]:
    if candidate.role_level < gate.target_role_level:
        yield Failure("role", "The role is unknown or not one that buys.")
    yield from _email(candidate)
    if not candidate.phone_parses:
        yield Failure("phone", "There is no telephone number that can be dialled.")
    if not candidate.first_name:
        yield Failure("first_name", "The first name is missing.")


def _email(candidate: Candidate) -> Iterator[Failure]:
    why_not = {
        None: "There is no e-mail address.",
        EmailKind.DISPOSABLE: "The e-mail address is a throw-away address.",
        EmailKind.PLACEHOLDER: "The e-mail address is a placeholder that reaches nobody.",
        EmailKind.ROLE: "The e-mail address belongs to a role, not to a person.",
    }
    if candidate.email_kind in why_not:
        yield Failure("email", why_not[candidate.email_kind])
    elif not candidate.has_real_email:
        yield Failure("email", "The e-mail address is not a real one.")


def _rounded_down(value: float) -> str:
    """One decimal at most, and never rounded up to a threshold that was missed."""
    return f"{math.floor(value * 10) / 10:g}"
