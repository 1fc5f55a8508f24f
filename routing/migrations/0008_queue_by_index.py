"""The queue counts and orders open hand-offs by indexes alone; two of these say what three did."""

from typing import ClassVar

from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations, models

from leads.concurrently import AddIndexConcurrently, MakeIndex

RUNNING = models.Q(("stopped_at__isnull", True))
OPEN = models.Q(("status", "OPEN"))


class Migration(migrations.Migration):
    atomic = False

    dependencies: ClassVar = [("routing", "0007_cadence_indexes_go")]

    operations: ClassVar = [
        AddIndexConcurrently(
            model_name="handoff",
            index=models.Index(
                condition=OPEN,
                fields=["assignee", "team"],
                include=["id", "tier", "urgency", "snoozed_until", "received_at"],
                name="handoff_open_of_rep",
            ),
        ),
        AddIndexConcurrently(
            model_name="handoff",
            index=models.Index(
                condition=OPEN,
                fields=["team"],
                include=["id", "assignee", "tier", "urgency", "snoozed_until", "received_at"],
                name="handoff_open_of_team",
            ),
        ),
        RemoveIndexConcurrently(model_name="handoff", name="handoff_open_by_rep"),
        RemoveIndexConcurrently(model_name="handoff", name="handoff_open_by_team"),
        RemoveIndexConcurrently(model_name="handoff", name="handoff_unassigned"),
        MakeIndex(
            "clock_runs_once_a_kind",
            "CREATE UNIQUE INDEX CONCURRENTLY clock_runs_once_a_kind ON routing_clock (handoff_id, kind) "
            "INCLUDE (due_at) WHERE stopped_at IS NULL",
            "DROP INDEX CONCURRENTLY IF EXISTS clock_runs_once_a_kind",
        ),
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS clock_one_running_a_kind",
            "CREATE UNIQUE INDEX CONCURRENTLY clock_one_running_a_kind ON routing_clock (handoff_id, kind) "
            "WHERE stopped_at IS NULL",
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint(model_name="clock", name="clock_one_running_a_kind"),
                migrations.AddConstraint(
                    model_name="clock",
                    constraint=models.UniqueConstraint(
                        condition=RUNNING,
                        fields=("handoff", "kind"),
                        include=("due_at",),
                        name="clock_runs_once_a_kind",
                    ),
                ),
            ]
        ),
    ]
