"""Changes what is told of and what was agreed on: limits and goals, each change in the audit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from leads import audit
from leads.models import User
from reports.alerts import limits
from reports.domain.alerts import Limit, Watched
from reports.models import Goal, Threshold


def goal() -> int | None:
    """The MQLs agreed on for a month; None where none were."""
    return Goal.objects.filter(code=Goal.Code.MQLS).values_list("value", flat=True).first()


def change(wanted: Mapping[Watched, Limit], *, mqls: int | None, by: User, now: datetime) -> bool:
    """Make these the limits, and `mqls` a month the goal (None for no goal); False where nothing is new."""
    with transaction.atomic():
        before, after = _in_words(limits(), goal()), _in_words(wanted, mqls)
        if before == after:
            return False
        for watched, limit in wanted.items():
            Threshold.objects.update_or_create(watched=watched, defaults=vars(limit))
        Goal.objects.filter(code=Goal.Code.MQLS).delete()
        if mqls is not None:
            Goal.objects.create(code=Goal.Code.MQLS, value=mqls)
        audit.record(
            "report_limits.changed",
            subject="report_limits",
            text="The limits of alerts and the goals of the scorecard were changed.",
            by=by,
            at=now,
            before=before,
            after=after,
        )
    return True


def _in_words(found: Mapping[Watched, Limit], mqls: int | None) -> dict[str, Any]:
    return {**{watched.value: vars(limit) for watched, limit in found.items()}, "MQLS": mqls}
