"""What reports keep for themselves: roll-ups of what happened, the alerts about it, and what was agreed on."""

from reports.models.alert import AuditTask, Episode, Threshold
from reports.models.goal import Goal
from reports.models.rollup import PackedClocks, PackedWeek, Touched, TouchedClocks

__all__ = [
    "AuditTask",
    "Episode",
    "Goal",
    "PackedClocks",
    "PackedWeek",
    "Threshold",
    "Touched",
    "TouchedClocks",
]
