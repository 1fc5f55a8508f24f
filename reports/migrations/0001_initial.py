"""Makes the tables of roll-ups, of what is watched, and of what was agreed on."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PackedClocks",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("chunk", models.BigIntegerField(unique=True)),
                ("filling", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("clocks", models.PositiveIntegerField(default=0)),
                ("legend", models.JSONField(default=dict)),
                ("columns", models.BinaryField(default=b"")),
                ("filled_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="TouchedClocks",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("bucket", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Episode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "watched",
                    models.CharField(
                        choices=[
                            ("TOP_TIER_MISSES", "First responses to T1 missed"),
                            ("ACCEPTANCE", "Acceptance"),
                            ("REJECTIONS", "Rejections"),
                        ],
                        max_length=16,
                    ),
                ),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("sentence", models.CharField(max_length=300)),
                ("evidence", models.JSONField(default=dict)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("watched",),
                        name="episode_one_at_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Goal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        choices=[("MQLS", "MQLs handed to sales a month")], max_length=8, unique=True
                    ),
                ),
                ("value", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("value__gte", 1)), name="goal_above_0")
                ],
            },
        ),
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
            name="Threshold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "watched",
                    models.CharField(
                        choices=[
                            ("TOP_TIER_MISSES", "First responses to T1 missed"),
                            ("ACCEPTANCE", "Acceptance"),
                            ("REJECTIONS", "Rejections"),
                        ],
                        max_length=16,
                        unique=True,
                    ),
                ),
                ("share", models.FloatField()),
                ("minimum", models.PositiveSmallIntegerField()),
                ("days", models.PositiveSmallIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("share__gt", 0), ("share__lt", 1)), name="threshold_is_a_share"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("days__gte", 1), ("minimum__gte", 1)), name="threshold_has_cases"
                    ),
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
        migrations.CreateModel(
            name="AuditTask",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("note", models.TextField(blank=True)),
                (
                    "done_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "episode",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="audit_task",
                        to="reports.episode",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at__isnull", True), ("done_by__isnull", True)),
                            models.Q(
                                ("done_at__isnull", False),
                                ("done_by__isnull", False),
                                models.Q(("note", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="audit_task_done_says_what",
                    )
                ],
            },
        ),
    ]
