"""The stopped clocks of a day are found without reading those that run, of which a day has as many."""

from typing import ClassVar

from django.db import migrations, models

from leads.concurrently import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies: ClassVar = [("routing", "0002_edits_are_told")]

    operations: ClassVar = [
        AddIndexConcurrently(
            model_name="clock",
            index=models.Index(
                fields=["kind", "started_at"],
                condition=models.Q(stopped_at__isnull=False),
                name="clock_stopped_by_kind",
            ),
        ),
    ]
