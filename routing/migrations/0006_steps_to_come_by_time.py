"""The clocks whose next step is due are found without reading the others."""

from typing import ClassVar

from django.db import migrations, models

from leads.concurrently import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies: ClassVar = [("routing", "0005_steps_to_come")]

    operations: ClassVar = [
        AddIndexConcurrently(
            model_name="clock",
            index=models.Index(
                models.F("step_due__0"),
                condition=models.Q(stopped_at__isnull=True),
                name="clock_step_to_come",
            ),
        ),
    ]
