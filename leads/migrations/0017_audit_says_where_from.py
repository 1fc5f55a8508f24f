"""Adds to the audit where each change came from."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0016_runs_of_scheduled_jobs"),
    ]

    operations = [
        migrations.AddField(
            model_name="auditentry",
            name="came_from",
            field=models.GenericIPAddressField(null=True),
        ),
    ]
