"""Where personal data lies in reports: nowhere but in sentences; the roll-ups count, and name nobody."""

from __future__ import annotations

from leads.personal_data import Table
from reports.models import (
    AuditTask,
    Episode,
    Goal,
    PackedClocks,
    PackedWeek,
    Threshold,
    Touched,
    TouchedClocks,
)

TABLES: tuple[Table, ...] = (
    Table(AuditTask, cleaned=("note",)),
    Table(Episode, cleaned=("sentence", "evidence"), plain=("watched",)),
    Table(Goal, plain=("code",)),
    Table(PackedClocks, plain=("legend", "columns")),
    Table(PackedWeek, plain=("measure", "recipe", "legend", "columns")),
    Table(Threshold, plain=("watched",)),
    Table(Touched, plain=("measure",)),
    Table(TouchedClocks),
)
