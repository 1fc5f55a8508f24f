"""Keeps since when a hand-off is with whoever has it now; until now nothing was ever passed on."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0006_merges"),
        ("routing", "0005_seed_ladders"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="handoff",
            name="handoff_received",
        ),
        migrations.AddField(
            model_name="handoff",
            name="received_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(fields=["assignee", "received_at"], name="handoff_received_by"),
        ),
        migrations.RunSQL(
            "UPDATE routing_handoff SET received_at = assigned_at WHERE assigned_at IS NOT NULL",
            migrations.RunSQL.noop,
        ),
    ]
