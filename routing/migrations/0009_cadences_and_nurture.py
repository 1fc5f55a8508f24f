"""Cadences in versions, their texts, who is in one and what is due; nurture tracks and who is in which (QU-6, QU-16)."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0007_accounts_have_a_csm"),
        ("routing", "0008_clocks_by_kind"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MailTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=80)),
                ("subject", models.CharField(max_length=200)),
                ("body", models.TextField()),
                ("is_active", models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name="WornPhrase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("words", models.CharField(max_length=80, unique=True)),
            ],
        ),
        migrations.AlterField(
            model_name="attempt",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("REACHED", "Reached"),
                    ("NO_ANSWER", "No answer"),
                    ("LEFT_MESSAGE", "Left a message"),
                    ("SENT", "Sent"),
                    ("BOOKED", "Meeting booked"),
                    ("REPLIED", "They replied"),
                ],
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="Cadence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("tier", models.CharField(max_length=10)),
                ("version", models.PositiveIntegerField()),
                ("ends_on_day", models.PositiveSmallIntegerField()),
                (
                    "ending",
                    models.CharField(
                        choices=[("RECYCLE", "Recycle"), ("NURTURE", "Back to nurture")], max_length=8
                    ),
                ),
                ("hold_days", models.PositiveSmallIntegerField()),
                ("is_current", models.BooleanField(default=False)),
                ("published_at", models.DateTimeField()),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CadenceStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("day", models.PositiveSmallIntegerField()),
                (
                    "channel",
                    models.CharField(
                        choices=[("CALL", "Call"), ("EMAIL", "E-mail"), ("LINKEDIN", "LinkedIn")],
                        max_length=8,
                    ),
                ),
                ("what", models.CharField(blank=True, max_length=120)),
                (
                    "cadence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="routing.cadence",
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="routing.mailtemplate",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Enrolment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("RUNNING", "Running"),
                            ("FINISHED", "Finished without an answer"),
                            ("STOPPED", "Stopped"),
                        ],
                        default="RUNNING",
                        max_length=8,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "cause",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ANSWERED", "they answered"),
                            ("CAME_BACK", "they came back by themselves"),
                            ("MEETING", "a meeting is booked"),
                            ("OPTED_OUT", "they opted out"),
                            ("NOT_YET", "they said “not yet”"),
                            ("CLOSED", "the lead has moved on"),
                            ("UNDONE", "the acceptance was undone"),
                            ("BY_HAND", "stopped by hand"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "cadence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enrolments",
                        to="routing.cadence",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enrolments",
                        to="leads.lead",
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("CALL", "Call"), ("EMAIL", "E-mail"), ("LINKEDIN", "LinkedIn")],
                        max_length=8,
                    ),
                ),
                ("what", models.CharField(blank=True, max_length=120)),
                ("written", models.JSONField(default=dict)),
                ("due_on", models.DateField()),
                ("due_at", models.DateTimeField()),
                ("later_at", models.DateTimeField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("OPEN", "Open"),
                            ("DONE", "Done"),
                            ("SKIPPED", "Skipped"),
                            ("STOPPED", "Stopped"),
                        ],
                        default="OPEN",
                        max_length=7,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=120)),
                ("created_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "attempt",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_up",
                        to="routing.attempt",
                    ),
                ),
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
                    "enrolment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="routing.enrolment",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="leads.lead",
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="routing.cadencestep",
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="routing.mailtemplate",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="NurtureTrack",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=80)),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "signal_types",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), blank=True, default=list, size=None
                    ),
                ),
                ("at_least", models.PositiveSmallIntegerField(default=1)),
                ("window_days", models.PositiveSmallIntegerField()),
                ("silent_days", models.PositiveSmallIntegerField(default=0)),
                ("next_step", models.CharField(max_length=200)),
                ("every_days", models.PositiveSmallIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("every_days__gte", 7), ("every_days__lte", 14)),
                        name="track_every_one_or_two_weeks",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("window_days__gte", 1), ("window_days__lte", 365)),
                        name="track_window_of_days",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NurtureTouch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="leads.lead"
                    ),
                ),
                (
                    "track",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="routing.nurturetrack",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="NurturePlacement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("because", models.CharField(max_length=120)),
                ("placed_at", models.DateTimeField()),
                ("next_touch_on", models.DateField()),
                (
                    "lead",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="leads.lead"
                    ),
                ),
                (
                    "track",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="placements",
                        to="routing.nurturetrack",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="cadence",
            constraint=models.UniqueConstraint(fields=("tier", "version"), name="cadence_version_once"),
        ),
        migrations.AddConstraint(
            model_name="cadence",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_current", True)), fields=("tier",), name="cadence_one_current_a_tier"
            ),
        ),
        migrations.AddConstraint(
            model_name="cadence",
            constraint=models.CheckConstraint(
                condition=models.Q(("hold_days__gte", 1)), name="cadence_holds_a_day_or_more"
            ),
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(
                condition=models.Q(("state", "RUNNING")), fields=["ends_at"], name="enrolment_running"
            ),
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(fields=["lead", "-started_at"], name="enrolment_by_lead"),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "RUNNING")),
                fields=("lead",),
                name="enrolment_one_running_a_lead",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cause", ""), ("ended_at__isnull", True), ("state", "RUNNING")),
                    models.Q(("cause", ""), ("ended_at__isnull", False), ("state", "FINISHED")),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("state", "STOPPED"),
                        models.Q(("cause", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="enrolment_ended_is_whole",
            ),
        ),
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(
                condition=models.Q(("state", "OPEN")), fields=["lead", "due_at"], name="follow_up_open"
            ),
        ),
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(
                condition=models.Q(("state", "DONE")), fields=["done_by", "done_at"], name="follow_up_done_by"
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.UniqueConstraint(fields=("enrolment", "step"), name="follow_up_once_a_step"),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.UniqueConstraint(
                condition=models.Q(("enrolment__isnull", True), ("state", "OPEN")),
                fields=("lead",),
                name="follow_up_one_not_yet",
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("enrolment__isnull", True), ("step__isnull", True)),
                    models.Q(("enrolment__isnull", False), ("step__isnull", False)),
                    _connector="OR",
                ),
                name="follow_up_is_a_step_or_a_later_call",
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at__isnull", True), ("state", "OPEN")),
                    models.Q(models.Q(("state", "OPEN"), _negated=True), ("done_at__isnull", False)),
                    _connector="OR",
                ),
                name="follow_up_ended_has_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="cadencestep",
            constraint=models.UniqueConstraint(
                fields=("cadence", "position"), name="cadence_step_in_one_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="cadencestep",
            constraint=models.UniqueConstraint(
                fields=("cadence", "day", "channel"), name="cadence_step_once_a_day_and_channel"
            ),
        ),
        migrations.AddConstraint(
            model_name="cadencestep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("channel", "EMAIL"), _negated=True),
                    ("template__isnull", False),
                    _connector="OR",
                ),
                name="cadence_mail_has_a_text",
            ),
        ),
        migrations.AddConstraint(
            model_name="nurturetouch",
            constraint=models.UniqueConstraint(fields=("lead", "on"), name="nurture_touch_once_a_day"),
        ),
        migrations.AddIndex(
            model_name="nurtureplacement",
            index=models.Index(fields=["next_touch_on", "id"], name="placement_by_next_touch"),
        ),
        migrations.AddIndex(
            model_name="nurtureplacement",
            index=models.Index(fields=["track", "next_touch_on"], name="placement_by_track"),
        ),
    ]
