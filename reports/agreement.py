"""The service-level agreement from the live configuration: promises with their ladders, hand-off steps, and a version.

Nothing of it is kept: it is read anew each time, and so never out of date. Its version is made of what it says.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass

from reports.alerts import limits
from reports.domain.alerts import LABELS, Limit, Watched
from routing.domain.durations import in_words
from routing.domain.ladder import LABELS as ACTIONS
from routing.domain.ladder import WARN_AT, Action
from routing.models import ClockKind, LadderStep, RejectionReason, ServiceLevel
from scoring import scorecards
from scoring.domain.tiers import Action as TierAction
from scoring.domain.tiers import TierRow

TIER_ACTIONS = {
    TierAction.ROUTE_TO_AE: "handed to an account executive",
    TierAction.ROUTE_TO_SDR: "handed to an SDR",
    TierAction.NURTURE: "nurtured, and handed over with the longer time when it passes the gate",
    TierAction.WATCH: "nurtured and watched",
}
TARGET_PERSON = (
    "a role that buys, a personal e-mail address, a telephone number that can be dialled and a first name"
)


@dataclass(frozen=True)
class Promise:
    """One response time: for whom, within how long, in which time, and what happens when nobody keeps it."""

    whom: str
    within: str
    runs_in: str
    ladder: list[str]


@dataclass(frozen=True)
class Clock:
    """A clock with its promises."""

    kind: str
    label: str
    promises: list[Promise]


@dataclass(frozen=True)
class Reason:
    """Why sales may say no, and what becomes of the lead."""

    label: str
    outcome: str


@dataclass(frozen=True)
class Agreement:
    """The whole agreement, in words."""

    gate: list[str]
    tiers: list[tuple[str, str, str]]
    clocks: list[Clock]
    warnings: str
    reasons: list[Reason]
    limits: list[tuple[str, str]]
    scorecard: int

    @property
    def version(self) -> str:
        """Eight letters and digits that change whenever a word of the agreement does."""
        said = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()[:8]


def read() -> Agreement:
    """The agreement as the configuration of this moment makes it."""
    model = scorecards.published_model()
    return Agreement(
        gate=gate_in_words(),
        tiers=[_tier(tier) for tier in model.tiers],
        clocks=_clocks(),
        warnings=" and ".join(f"{share:.0%}" for share in WARN_AT),
        reasons=[_reason(row) for row in RejectionReason.objects.filter(is_active=True).order_by("position")],
        limits=[(LABELS[watched], _limit(watched, limit)) for watched, limit in limits().items()],
        scorecard=model.version,
    )


def gate_in_words() -> list[str]:
    """What a lead has to show to become an MQL, a sentence for each part."""
    gate = scorecards.published_model().gate
    person = [TARGET_PERSON] if gate.needs_target_person else []
    return [
        f"fit of {gate.fit_at_least:g} or more",
        f"engagement of {gate.engagement_at_least:g} or more",
        f"a signal within the last {gate.signal_within_days} days",
        *person,
        "not bought, not on hold, and not someone who asked us to stop",
    ]


def _tier(tier: TierRow) -> tuple[str, str, str]:
    """Its name, what a lead needs for it, and what then happens."""
    needs = f"fit of {tier.fit_at_least:g} and urgency of {tier.urgency_at_least:g} or more"
    return tier.code, needs, TIER_ACTIONS[TierAction(tier.action)]


def _clocks() -> list[Clock]:
    ladders: dict[int, list[str]] = defaultdict(list)
    for step in LadderStep.objects.order_by("after", "action"):
        words = f"after {in_words(step.after)}: {ACTIONS[Action(step.action)]}"
        ladders[step.service_level_id].append(words)
    promises: dict[str, list[Promise]] = defaultdict(list)
    rows = list(ServiceLevel.objects.filter(is_active=True).order_by("clock", "target", "pk"))
    several = {kind for kind, count in Counter(row.clock for row in rows).items() if count > 1}
    for row in rows:
        whom = _whom(row) or ("every other lead" if row.clock in several else "every lead")
        time = row.get_runs_in_display().lower()
        promises[row.clock].append(Promise(whom, in_words(row.target), time, ladders[row.pk]))
    return [Clock(kind.value, str(kind.label), promises[kind]) for kind in ClockKind if kind in promises]


def _whom(row: ServiceLevel) -> str:
    asked = [
        *([f"tier {row.tier}"] if row.tier else []),
        *([f"priority {row.priority}"] if row.priority else []),
    ]
    return " and ".join(asked)


def _reason(row: RejectionReason) -> Reason:
    hold = f" for {row.hold_days} days" if row.hold_days else ""
    return Reason(row.label, f"{row.get_outcome_display().lower()}{hold}")


def _limit(watched: Watched, limit: Limit) -> str:
    side = "under" if watched is Watched.ACCEPTANCE else "over"
    return f"{side} {limit.share:.0%} within {limit.days} days"
