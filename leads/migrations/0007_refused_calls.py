"""How often calls of senders were refused, by day and reason, so that operations learn of it."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("leads", "0006_audit_by_time")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="RefusedCalls",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("refused_on", models.DateField()),
                ("kind", models.CharField(max_length=40)),
                ("field", models.CharField(blank=True, max_length=80)),
                ("times", models.PositiveIntegerField()),
                ("refused", models.PositiveIntegerField()),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="leads.source",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["source", "refused_on", "kind", "field"],
                        name="refused_once_a_day_and_reason",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
    ]
