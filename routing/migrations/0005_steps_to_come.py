"""What is to happen while a clock runs stands in the clock's own row until it is due; rows of before are swept on.

Where this is taken back, it becomes rows again, which the code of before sweeps.
"""

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

LAID_AS_ROWS = """
    INSERT INTO routing_clockstep (clock_id, action, after, due_at, outcome, note, attempts)
    SELECT clock.id, step.action, step.after, step.due_at, '', '', 0
    FROM routing_clock AS clock, unnest(step_actions, step_after, step_due)
        WITH ORDINALITY AS step (action, after, due_at, place)
    WHERE clock.stopped_at IS NULL
    ORDER BY clock.id, place
"""


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
        migrations.RunSQL(migrations.RunSQL.noop, LAID_AS_ROWS),
    ]
