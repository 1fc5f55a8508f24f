"""Lets a rep put a hand-off off, choose its first step, take one from the unassigned queue, and doubt a lead."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0010_where_people_are"),
        ("routing", "0010_territories_by_region"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="handoff",
            name="first_step",
            field=models.CharField(
                blank=True,
                choices=[("CALL", "Call now"), ("EMAIL", "E-mail"), ("CADENCE", "Cadence")],
                db_default="",
                max_length=7,
            ),
        ),
        migrations.AddField(
            model_name="handoff",
            name="snoozed_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="reassignment",
            name="cause",
            field=models.CharField(
                choices=[
                    ("MISSED", "nobody answered in time"),
                    ("BY_HAND", "moved by hand"),
                    ("AWAY", "the rep is out"),
                    ("LEFT", "the rep has left"),
                    ("TAKEN", "taken from the unassigned queue"),
                ],
                max_length=7,
            ),
        ),
        migrations.CreateModel(
            name="Doubt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("raised_at", models.DateTimeField()),
                ("sentence", models.CharField(blank=True, max_length=500)),
                ("fit", models.FloatField()),
                ("engagement", models.FloatField()),
                ("urgency", models.FloatField()),
                ("tier", models.CharField(blank=True, max_length=10)),
                ("scorecard_version", models.PositiveIntegerField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("answer", models.TextField(blank=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "handoff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="doubts",
                        to="routing.handoff",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="leads.lead"
                    ),
                ),
                (
                    "raised_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("answered_at__isnull", True)),
                        fields=["raised_at"],
                        name="doubt_open",
                    ),
                    models.Index(fields=["lead", "-raised_at"], name="doubt_by_lead"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answered_at__isnull", True)),
                        fields=("handoff", "raised_by"),
                        name="doubt_one_open_a_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answer", ""), ("answered_at__isnull", True), ("answered_by__isnull", True)
                            ),
                            models.Q(
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                                models.Q(("answer", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="doubt_answered_is_whole",
                    ),
                ],
            },
        ),
    ]
