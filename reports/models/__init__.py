"""What reports keep for themselves: roll-ups of what happened, and the alerts about it."""

from reports.models.alert import AuditTask, Episode, Threshold
from reports.models.rollup import PackedWeek, Touched

__all__ = ["AuditTask", "Episode", "PackedWeek", "Threshold", "Touched"]
