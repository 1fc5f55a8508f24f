"""The states of a clock as conditions of the database; `reports.domain.compliance` says the same of one clock."""

from __future__ import annotations

from datetime import datetime

from django.db.models import DateTimeField, Expression, ExpressionWrapper, F, Q, Value

from reports.domain.compliance import AT_RISK, State

STOPPED = Q(stopped_at__isnull=False)
MET = Q(stopped_at__lte=F("due_at"))
STOPPED_LATE = Q(stopped_at__gt=F("due_at"))


def condition(state: State, *, now: datetime) -> Q:
    """The clocks that are in `state` at `now`."""
    running = ~STOPPED & Q(due_at__gte=now)
    overdue = ~STOPPED & Q(due_at__lt=now)
    return {
        State.MET: MET,
        State.BREACHED: STOPPED_LATE | overdue,
        State.RUNNING: running,
        State.AT_RISK: running & Q(due_at__lt=_nearly_due(now)),
        State.OVERDUE: overdue,
        State.DECIDED: STOPPED | overdue,
        State.STOPPED: STOPPED,
    }[state]


def _nearly_due(now: datetime) -> Expression:
    """A clock that is due before this moment has less than its last fifth left."""
    promised = F("due_at") - F("started_at")
    return ExpressionWrapper(Value(now) + promised * AT_RISK, output_field=DateTimeField())
