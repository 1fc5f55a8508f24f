"""Adds how each run of a scheduled job ended."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0015_words_of_the_revenue_cycle"),
    ]

    operations = [
        migrations.CreateModel(
            name="JobRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("job", models.CharField(max_length=60)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("WAITING", "Waiting"),
                            ("RUNNING", "Running"),
                            ("DONE", "Done"),
                            ("FAILED", "Failed"),
                            ("LOST", "Did not finish"),
                        ],
                        max_length=7,
                    ),
                ),
                ("asked_at", models.DateTimeField(null=True)),
                ("began_at", models.DateTimeField(null=True)),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("times", models.PositiveIntegerField(default=1)),
                ("rows", models.BigIntegerField(null=True)),
                ("took_ms", models.PositiveBigIntegerField(null=True)),
                ("longest_ms", models.PositiveBigIntegerField(null=True)),
                ("error", models.CharField(blank=True, max_length=300)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["job", "-started_at"], name="job_run_latest"),
                    models.Index(fields=["job", "-id"], name="job_run_history"),
                    models.Index(
                        condition=models.Q(("status__in", ["WAITING", "RUNNING"])),
                        fields=["started_at"],
                        name="job_run_open",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("asked_by__isnull", False),
                                ("started_at__isnull", True),
                                ("status", "WAITING"),
                            ),
                            models.Q(
                                models.Q(("status", "WAITING"), _negated=True),
                                ("began_at__isnull", False),
                                ("started_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="job_run_waits_for_who_asked_or_has_started",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "WAITING")),
                        fields=("job",),
                        name="job_run_asked_for_once",
                    ),
                ],
            },
        ),
    ]
