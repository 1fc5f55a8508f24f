"""Which promise, with its ladder, covers a clock: read from the service levels, the strictest that fits (SL-3)."""

from __future__ import annotations

from collections import defaultdict

from leads.remembering import remembered
from routing.domain import deadlines
from routing.domain.deadlines import Promise
from routing.domain.ladder import Action, Step
from routing.models import ClockKind, LadderStep, ServiceLevel


def promise_for(kind: ClockKind, *, tier: str, priority: str) -> Promise | None:
    """The promise that a clock of this kind runs on; None when none was made."""
    return _promise_for(kind, tier, priority)


@remembered
def _promise_for(kind: ClockKind, tier: str, priority: str) -> Promise | None:
    return deadlines.strictest(in_force(), clock=kind, tier=tier, priority=priority)


@remembered
def in_force() -> list[Promise]:
    """Every promise that is made, with its ladder; two reads."""
    ladders: dict[int, list[Step]] = defaultdict(list)
    for row in LadderStep.objects.all():
        ladders[row.service_level_id].append(Step(row.after, Action(row.action)))
    return [
        Promise(
            id=row.pk,
            clock=row.clock,
            tier=row.tier,
            priority=row.priority,
            target=row.target,
            in_business_time=row.runs_in == ServiceLevel.Runs.BUSINESS,
            ladder=tuple(sorted(ladders[row.pk])),
        )
        for row in ServiceLevel.objects.filter(is_active=True)
    ]
