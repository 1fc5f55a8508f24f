"""Indexes for what reports read of a period, and of what still runs."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("routing", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                fields=["kind", "due_at"], condition=Q(stopped_at__isnull=True), name="clock_running"
            ),
        ),
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(fields=["captured_at"], name="handoff_by_capture"),
        ),
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(
                fields=["decided_at"], condition=Q(decided_at__isnull=False), name="handoff_by_decision"
            ),
        ),
    ]
