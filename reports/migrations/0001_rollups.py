"""Adds the tables of the roll-ups."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="PackedWeek",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("measure", models.CharField(max_length=16)),
                ("monday", models.DateField()),
                ("recipe", models.CharField(blank=True, max_length=80)),
                ("filling", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("facts", models.PositiveIntegerField(default=0)),
                ("legend", models.JSONField(default=dict)),
                ("columns", models.BinaryField(default=b"")),
                ("filled_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("measure", "monday"), name="packed_week_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Touched",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("measure", models.CharField(max_length=16)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["measure", "at"], name="touched_by_time")],
            },
        ),
    ]
