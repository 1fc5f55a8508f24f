"""Lets a hand-off be a meeting, or a second look at one that was rejected."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0006_merges"),
        ("routing", "0006_handoffs_received_at"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="handoff",
            name="handoff_decided_is_whole",
        ),
        migrations.AddField(
            model_name="handoff",
            name="meeting_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="handoff",
            name="second_look_of",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="second_looks",
                to="routing.handoff",
            ),
        ),
        migrations.AddField(
            model_name="rejectionreason",
            name="second_look",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="handoff",
            name="status",
            field=models.CharField(
                choices=[
                    ("OPEN", "Open"),
                    ("ACCEPTED", "Accepted"),
                    ("REJECTED", "Rejected"),
                    ("LAPSED", "Lapsed: nobody decided in time"),
                    ("RECALLED", "Recalled: the rejection that asked for it was undone"),
                ],
                default="OPEN",
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="handoff",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("status", "OPEN")),
                    models.Q(("decided_at__isnull", False), ("status", "ACCEPTED")),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", True),
                        ("status__in", ["LAPSED", "RECALLED"]),
                    ),
                    models.Q(
                        ("decided_at__isnull", False), ("reason__isnull", False), ("status", "REJECTED")
                    ),
                    _connector="OR",
                ),
                name="handoff_decided_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="handoff",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "QUALIFIED"), ("meeting_at__isnull", True)),
                    ("kind", "MEETING"),
                    _connector="OR",
                ),
                name="handoff_meets_by_kind",
            ),
        ),
        migrations.RunSQL(
            "UPDATE routing_rejectionreason SET second_look = true WHERE code = 'bad-fit'",
            migrations.RunSQL.noop,
        ),
    ]
