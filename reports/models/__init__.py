"""What reports keep for themselves: roll-ups of what happened."""

from reports.models.rollup import PackedWeek, Touched

__all__ = ["PackedWeek", "Touched"]
