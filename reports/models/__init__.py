"""What reports keep for themselves: roll-ups of what happened, the alerts about it, and what was agreed on."""

from reports.models.alert import AuditTask, Episode, Threshold
from reports.models.goal import Goal
from reports.models.rollup import PackedWeek, Touched

__all__ = ["AuditTask", "Episode", "Goal", "PackedWeek", "Threshold", "Touched"]
