"""What is to happen while a clock runs stands in the clock's own row until it is due; rows of before are swept on."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

ACTIONS = [
    ("WARN", "warn the rep"),
    ("NOTIFY_REP", "tell the rep"),
    ("NOTIFY_MANAGER", "tell the manager"),
    ("REROUTE", "re-route to the backup, or else to the next in turn"),
    ("RECYCLE", "recycle to nurture, and tell the manager"),
    ("NOTIFY_OPS", "tell revenue operations"),
]


class Migration(migrations.Migration):
    dependencies: ClassVar = [("routing", "0004_unused_indexes_go")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="clock",
            name="step_actions",
            field=ArrayField(models.CharField(max_length=14, choices=ACTIONS), null=True),
        ),
        migrations.AddField(
            model_name="clock", name="step_after", field=ArrayField(models.DurationField(), null=True)
        ),
        migrations.AddField(
            model_name="clock", name="step_due", field=ArrayField(models.DateTimeField(), null=True)
        ),
    ]
