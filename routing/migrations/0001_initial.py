"""Makes the tables of rules, territories, reps, hand-offs, their clocks and cadences."""

import datetime

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("leads", "0001_initial"),
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
            name="Clock",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("DELIVERY", "Delivery"),
                            ("FIRST_RESPONSE", "First response"),
                            ("REVIEW", "Review"),
                            ("FOLLOW_UP", "Follow-up"),
                            ("MEETING", "Meeting"),
                            ("MEETING_REVIEW", "Meeting review"),
                        ],
                        max_length=16,
                    ),
                ),
                ("target", models.DurationField()),
                ("tier", models.CharField(blank=True, max_length=10)),
                ("started_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("stopped_at", models.DateTimeField(null=True)),
                ("breached_at", models.DateTimeField(null=True)),
                (
                    "holder",
                    models.ForeignKey(
                        null=True,
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
                    "team",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="leads.team",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Breach",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("noticed_at", models.DateTimeField()),
                (
                    "holder",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "clock",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="breach", to="routing.clock"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ClockPause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("AWAY", "The rep is out and nobody could take over"),
                            ("CALL_LATER", "The lead asked to be called later"),
                        ],
                        max_length=10,
                    ),
                ),
                ("note", models.CharField(blank=True, db_default="", max_length=200)),
                ("job", models.CharField(blank=True, max_length=60)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "clock",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pauses", to="routing.clock"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ClockStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("WARN", "warn the rep"),
                            ("NOTIFY_REP", "tell the rep"),
                            ("NOTIFY_MANAGER", "tell the manager"),
                            ("REROUTE", "re-route to the backup, or else to the next in turn"),
                            ("RECYCLE", "recycle to nurture, and tell the manager"),
                            ("NOTIFY_OPS", "tell revenue operations"),
                        ],
                        max_length=14,
                    ),
                ),
                ("after", models.DurationField()),
                ("due_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("DONE", "Done"),
                            ("SKIPPED", "Skipped"),
                            ("CALLED_OFF", "Called off"),
                            ("FAILED", "Set aside"),
                            ("GIVEN_UP", "Given up"),
                        ],
                        max_length=10,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("retry_at", models.DateTimeField(null=True)),
                (
                    "clock",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="routing.clock"
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
            name="Handoff",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("QUALIFIED", "Marketing to sales"),
                            ("MEETING", "SDR to account executive"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "status",
                    models.CharField(
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
                ("fit", models.FloatField()),
                ("engagement", models.FloatField()),
                ("urgency", models.FloatField()),
                ("tier", models.CharField(blank=True, max_length=10)),
                ("priority", models.CharField(blank=True, max_length=2)),
                ("source", models.CharField(blank=True, max_length=200)),
                ("trigger", models.CharField(max_length=40)),
                ("scorecard_version", models.PositiveIntegerField()),
                ("rule_name", models.CharField(blank=True, db_default="", max_length=100)),
                ("because", models.CharField(max_length=200)),
                ("explanation", models.JSONField(default=dict)),
                ("captured_at", models.DateTimeField()),
                ("qualified_at", models.DateTimeField()),
                ("assigned_at", models.DateTimeField(null=True)),
                ("received_at", models.DateTimeField(null=True)),
                ("meeting_at", models.DateTimeField(null=True)),
                ("snoozed_until", models.DateTimeField(null=True)),
                (
                    "first_step",
                    models.CharField(
                        blank=True,
                        choices=[("CALL", "Call now"), ("EMAIL", "E-mail"), ("CADENCE", "Cadence")],
                        db_default="",
                        max_length=7,
                    ),
                ),
                ("first_contact_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("note", models.TextField(blank=True)),
                (
                    "assignee",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handoffs",
                        to="leads.lead",
                    ),
                ),
                (
                    "second_look_of",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="second_looks",
                        to="routing.handoff",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="leads.team",
                    ),
                ),
            ],
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
                (
                    "handoff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="doubts",
                        to="routing.handoff",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="clock",
            name="handoff",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="clocks", to="routing.handoff"
            ),
        ),
        migrations.CreateModel(
            name="Attempt",
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
                        choices=[
                            ("CALL", "Call"),
                            ("EMAIL", "E-mail"),
                            ("LINKEDIN", "LinkedIn"),
                            ("MEETING", "Meeting"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
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
                (
                    "sent_by",
                    models.CharField(
                        choices=[
                            ("PERSON", "A person"),
                            ("AUTOMATIC", "Sent automatically"),
                            ("BULK", "Sent to many"),
                            ("AUTO_REPLY", "Auto-reply"),
                        ],
                        default="PERSON",
                        max_length=10,
                    ),
                ),
                ("lasted", models.DurationField(null=True)),
                ("note", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="attempts", to="leads.lead"
                    ),
                ),
                (
                    "handoff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attempts",
                        to="routing.handoff",
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
        migrations.CreateModel(
            name="OutboundProposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("P3", "Account intent"), ("P4", "Named-account refresh")], max_length=2
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("PROPOSED", "Proposed"),
                            ("APPROVED", "Approved"),
                            ("DECLINED", "Declined"),
                            ("UNDONE", "Approved, and undone"),
                        ],
                        default="PROPOSED",
                        max_length=8,
                    ),
                ),
                ("why", models.CharField(max_length=200)),
                ("proposed_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="leads.account"
                    ),
                ),
                (
                    "decided_by",
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="routing.handoff",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="leads.account",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="leads.team",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OutboundSettings",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("intent_is_on", models.BooleanField(default=True)),
                ("refresh_is_on", models.BooleanField(default=True)),
                ("surge_days", models.PositiveSmallIntegerField(default=14)),
                ("quiet_days", models.PositiveSmallIntegerField(default=90)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="outbound_settings_are_one_row"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quiet_days__gte", 1), ("surge_days__gte", 1)),
                        name="outbound_settings_at_least_a_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Pool",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, unique=True)),
                ("is_fallback", models.BooleanField(default=False)),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="leads.team",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="handoff",
            name="pool",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="routing.pool"
            ),
        ),
        migrations.CreateModel(
            name="RejectionReason",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40, unique=True)),
                ("label", models.CharField(max_length=80)),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("RECYCLE", "Recycle"),
                            ("DISQUALIFY", "Disqualify"),
                            ("MERGE", "Merge into another lead"),
                        ],
                        max_length=10,
                    ),
                ),
                ("hold_days", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("note_required", models.BooleanField(default=False)),
                ("gives_turn_back", models.BooleanField(default=False)),
                ("second_look", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome", "RECYCLE"), ("hold_days__isnull", True), _connector="OR"
                        ),
                        name="reason_holds_only_recycled",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="handoff",
            name="reason",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="routing.rejectionreason",
            ),
        ),
        migrations.CreateModel(
            name="Rep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "segments",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10), blank=True, default=list, size=None
                    ),
                ),
                (
                    "products",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), blank=True, default=list, size=None
                    ),
                ),
                ("is_senior", models.BooleanField(default=False)),
                ("weight", models.PositiveSmallIntegerField(default=1)),
                ("daily_cap", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("weekly_cap", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("open_cap", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("time_zone", models.CharField(blank=True, max_length=64)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "backup",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="routing.rep",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rep",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PoolMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("deficit", models.FloatField(default=0)),
                ("received", models.PositiveIntegerField(default=0)),
                ("last_received_at", models.DateTimeField(null=True)),
                (
                    "pool",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="members", to="routing.pool"
                    ),
                ),
                (
                    "rep",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="routing.rep",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Absence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("covered_at", models.DateTimeField(null=True)),
                (
                    "rep",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="absences", to="routing.rep"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RuleSet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(unique=True)),
                (
                    "status",
                    models.CharField(
                        choices=[("DRAFT", "Draft"), ("PUBLISHED", "Published"), ("RETIRED", "Retired")],
                        default="DRAFT",
                        max_length=9,
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("published_at", models.DateTimeField(null=True)),
                (
                    "based_on",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="routing.ruleset",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
            name="RoutingRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=100)),
                ("when", models.JSONField(default=list)),
                (
                    "target",
                    models.CharField(
                        choices=[
                            ("POOL", "Weighted round robin in a pool"),
                            ("LEAST_LOADED", "Whoever of a pool has the most room"),
                            ("REP", "One rep"),
                            ("ACCOUNT_OWNER", "The account's owner"),
                            ("OPPORTUNITY_OWNER", "The owner of the account's open opportunity"),
                            ("ACCOUNT_WORK_OWNER", "Whoever works another lead of the account"),
                            ("NOTIFY_CSM", "Tell the account's CSM and go on"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "pool",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="routing.pool",
                    ),
                ),
                (
                    "rep",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="routing.rep",
                    ),
                ),
                (
                    "rule_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rules",
                        to="routing.ruleset",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Reassignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "cause",
                    models.CharField(
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
                ("rule_name", models.CharField(blank=True, db_default="", max_length=100)),
                ("because", models.CharField(max_length=200)),
                ("explanation", models.JSONField(default=dict)),
                ("job", models.CharField(blank=True, max_length=60)),
                ("before", models.JSONField(null=True)),
                ("taken_back_at", models.DateTimeField(null=True)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "from_user",
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
                        related_name="reassignments",
                        to="routing.handoff",
                    ),
                ),
                (
                    "pool",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="routing.pool",
                    ),
                ),
                (
                    "to_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "rule_set",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="routing.ruleset",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="handoff",
            name="rule_set",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="routing.ruleset"
            ),
        ),
        migrations.CreateModel(
            name="ServiceLevel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "clock",
                    models.CharField(
                        choices=[
                            ("DELIVERY", "Delivery"),
                            ("FIRST_RESPONSE", "First response"),
                            ("REVIEW", "Review"),
                            ("FOLLOW_UP", "Follow-up"),
                            ("MEETING", "Meeting"),
                            ("MEETING_REVIEW", "Meeting review"),
                        ],
                        max_length=16,
                    ),
                ),
                ("tier", models.CharField(blank=True, max_length=10)),
                ("priority", models.CharField(blank=True, max_length=2)),
                ("target", models.DurationField()),
                (
                    "runs_in",
                    models.CharField(
                        choices=[("BUSINESS", "Business time"), ("WALL", "Wall time")],
                        default="BUSINESS",
                        max_length=8,
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("clock", "tier", "priority"), name="service_level_once"),
                    models.CheckConstraint(
                        condition=models.Q(("target__gt", datetime.timedelta(0))),
                        name="service_level_target_above_0",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LadderStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("after", models.DurationField()),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("WARN", "warn the rep"),
                            ("NOTIFY_REP", "tell the rep"),
                            ("NOTIFY_MANAGER", "tell the manager"),
                            ("REROUTE", "re-route to the backup, or else to the next in turn"),
                            ("RECYCLE", "recycle to nurture, and tell the manager"),
                            ("NOTIFY_OPS", "tell revenue operations"),
                        ],
                        max_length=14,
                    ),
                ),
                (
                    "service_level",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ladder",
                        to="routing.servicelevel",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ClockChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("old_tier", models.CharField(blank=True, max_length=10)),
                ("new_tier", models.CharField(blank=True, max_length=10)),
                ("old_target", models.DurationField()),
                ("old_due_at", models.DateTimeField()),
                ("new_due_at", models.DateTimeField()),
                (
                    "clock",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="routing.clock",
                    ),
                ),
                (
                    "old_service_level",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="routing.servicelevel",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="clock",
            name="service_level",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="routing.servicelevel"
            ),
        ),
        migrations.CreateModel(
            name="Territory",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, unique=True)),
                ("position", models.PositiveSmallIntegerField(db_default=0, default=0)),
                (
                    "countries",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=2), blank=True, default=list, size=None
                    ),
                ),
                (
                    "regions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100), blank=True, default=list, size=None
                    ),
                ),
                (
                    "post_codes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=41), blank=True, default=list, size=None
                    ),
                ),
                (
                    "time_zones",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), blank=True, default=list, size=None
                    ),
                ),
                (
                    "pool",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="routing.pool",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="leads.team"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="rep",
            name="territories",
            field=models.ManyToManyField(blank=True, related_name="reps", to="routing.territory"),
        ),
        migrations.CreateModel(
            name="Turn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("member", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("shares", models.JSONField()),
                ("waited_since", models.DateTimeField(null=True)),
                ("given_back_at", models.DateTimeField(null=True)),
                (
                    "lead",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="leads.lead",
                    ),
                ),
                (
                    "pool",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="turns",
                        to="routing.pool",
                    ),
                ),
                (
                    "rep",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="routing.rep"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BusinessCalendar",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, unique=True)),
                ("zone", models.CharField(max_length=64)),
                ("hours", models.JSONField()),
                ("holiday_country", models.CharField(blank=True, max_length=2)),
                (
                    "extra_days",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DateField(), blank=True, default=list, size=None
                    ),
                ),
                (
                    "team",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="leads.team",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.Value(1),
                        condition=models.Q(("team__isnull", True)),
                        name="calendar_one_for_the_company",
                    )
                ],
            },
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
        migrations.AddConstraint(
            model_name="clockpause",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gte", models.F("starts_at"))),
                name="clock_pause_ends_after_start",
            ),
        ),
        migrations.AddIndex(
            model_name="clockstep",
            index=models.Index(
                condition=models.Q(("done_at__isnull", True)), fields=["due_at", "id"], name="clock_step_due"
            ),
        ),
        migrations.AddIndex(
            model_name="clockstep",
            index=models.Index(
                condition=models.Q(("outcome", "FAILED")), fields=["done_at"], name="clock_step_set_aside"
            ),
        ),
        migrations.AddIndex(
            model_name="clockstep",
            index=models.Index(
                condition=models.Q(("outcome", "CALLED_OFF")),
                fields=["done_at"],
                name="clock_step_called_off",
            ),
        ),
        migrations.AddConstraint(
            model_name="clockstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at__isnull", True), ("outcome", "")),
                    models.Q(("done_at__isnull", False), models.Q(("outcome", ""), _negated=True)),
                    _connector="OR",
                ),
                name="clock_step_done_says_how",
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
            model_name="doubt",
            index=models.Index(
                condition=models.Q(("answered_at__isnull", True)), fields=["raised_at"], name="doubt_open"
            ),
        ),
        migrations.AddIndex(
            model_name="doubt",
            index=models.Index(fields=["lead", "-raised_at"], name="doubt_by_lead"),
        ),
        migrations.AddConstraint(
            model_name="doubt",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answered_at__isnull", True)),
                fields=("handoff", "raised_by"),
                name="doubt_one_open_a_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="doubt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("answered_at__isnull", True), ("answered_by__isnull", True)),
                    models.Q(
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                        models.Q(("answer", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="doubt_answered_is_whole",
            ),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(fields=["lead", "-at"], name="attempt_by_lead"),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("lasted__isnull", True), ("lasted__gte", datetime.timedelta(0)), _connector="OR"
                ),
                name="attempt_lasts_no_less_than_0",
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
        migrations.AddIndex(
            model_name="outboundproposal",
            index=models.Index(fields=["account", "-decided_at"], name="outbound_by_account"),
        ),
        migrations.AddIndex(
            model_name="outboundproposal",
            index=models.Index(fields=["-decided_at"], name="outbound_by_decision"),
        ),
        migrations.AddConstraint(
            model_name="outboundproposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "PROPOSED")),
                fields=("account",),
                name="outbound_one_open_an_account",
            ),
        ),
        migrations.AddConstraint(
            model_name="outboundproposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "PROPOSED")),
                fields=("replaces",),
                name="outbound_one_open_a_dead_account",
            ),
        ),
        migrations.AddConstraint(
            model_name="outboundproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "P3"), ("replaces__isnull", True)),
                    models.Q(("kind", "P4"), ("owner__isnull", False), ("replaces__isnull", False)),
                    _connector="OR",
                ),
                name="outbound_refresh_has_both_sides",
            ),
        ),
        migrations.AddConstraint(
            model_name="outboundproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("status", "PROPOSED")),
                    models.Q(models.Q(("status", "PROPOSED"), _negated=True), ("decided_at__isnull", False)),
                    _connector="OR",
                ),
                name="outbound_decided_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="pool",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_fallback", True)), fields=("is_fallback",), name="pool_one_fallback"
            ),
        ),
        migrations.AddConstraint(
            model_name="poolmember",
            constraint=models.UniqueConstraint(fields=("pool", "rep"), name="pool_member_once"),
        ),
        migrations.AddIndex(
            model_name="absence",
            index=models.Index(fields=["rep", "ends_at"], name="absence_by_rep"),
        ),
        migrations.AddIndex(
            model_name="absence",
            index=models.Index(
                condition=models.Q(("covered_at__isnull", True)),
                fields=["starts_at"],
                name="absence_not_covered",
            ),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="absence_ends_after_start"
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleset",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "PUBLISHED")), fields=("status",), name="rule_set_one_published"
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleset",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "DRAFT")), fields=("status",), name="rule_set_one_draft"
            ),
        ),
        migrations.AddConstraint(
            model_name="routingrule",
            constraint=models.UniqueConstraint(fields=("rule_set", "position"), name="rule_placed_once"),
        ),
        migrations.AddConstraint(
            model_name="routingrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("pool__isnull", False),
                        ("rep__isnull", True),
                        ("target__in", ["POOL", "LEAST_LOADED"]),
                    ),
                    models.Q(("pool__isnull", True), ("rep__isnull", False), ("target", "REP")),
                    models.Q(
                        ("pool__isnull", True),
                        ("rep__isnull", True),
                        (
                            "target__in",
                            ["ACCOUNT_OWNER", "OPPORTUNITY_OWNER", "ACCOUNT_WORK_OWNER", "NOTIFY_CSM"],
                        ),
                    ),
                    _connector="OR",
                ),
                name="rule_leads_to_somebody",
            ),
        ),
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(
                condition=models.Q(("status", "OPEN")), fields=["assignee"], name="handoff_open_by_rep"
            ),
        ),
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(
                condition=models.Q(("status", "OPEN")), fields=["team"], name="handoff_open_by_team"
            ),
        ),
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(
                condition=models.Q(("assignee", None), ("status", "OPEN")),
                fields=["team"],
                name="handoff_unassigned",
            ),
        ),
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(fields=["assignee", "received_at"], name="handoff_received_by"),
        ),
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(fields=["lead", "-qualified_at"], name="handoff_by_lead"),
        ),
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(fields=["captured_at"], name="handoff_by_capture"),
        ),
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(
                condition=models.Q(("decided_at__isnull", False)),
                fields=["decided_at"],
                name="handoff_by_decision",
            ),
        ),
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(
                condition=models.Q(("decided_by__isnull", False)),
                fields=["decided_by"],
                name="handoff_by_decider",
            ),
        ),
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(
                condition=models.Q(("reason__isnull", False)), fields=["reason"], name="handoff_by_reason"
            ),
        ),
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(
                condition=models.Q(("second_look_of__isnull", False)),
                fields=["second_look_of"],
                name="handoff_second_look_of",
            ),
        ),
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(fields=["-qualified_at", "-id"], name="handoff_by_time"),
        ),
        migrations.AddConstraint(
            model_name="handoff",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "OPEN")), fields=("lead",), name="handoff_one_open_a_lead"
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
        migrations.AddConstraint(
            model_name="ladderstep",
            constraint=models.UniqueConstraint(
                fields=("service_level", "after", "action"), name="ladder_step_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="ladderstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("after__gt", datetime.timedelta(0))), name="ladder_step_after_start"
            ),
        ),
        migrations.AddConstraint(
            model_name="ladderstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("action", "WARN"), _negated=True), name="ladder_step_is_no_warning"
            ),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("breached_at__isnull", True), ("stopped_at__isnull", True)),
                fields=["due_at"],
                name="clock_due",
            ),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(fields=["kind", "started_at"], name="clock_by_kind"),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("stopped_at__isnull", True)),
                fields=["kind", "due_at"],
                name="clock_running",
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.UniqueConstraint(
                condition=models.Q(("stopped_at__isnull", True)),
                fields=("handoff", "kind"),
                name="clock_one_running_a_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_at__gte", models.F("started_at"))), name="clock_due_after_start"
            ),
        ),
        migrations.AddConstraint(
            model_name="territory",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("countries", []), ("post_codes", []), ("regions", []), ("time_zones", []), _negated=True
                ),
                name="territory_is_somewhere",
            ),
        ),
        migrations.AddConstraint(
            model_name="rep",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight__gte", 1)), name="rep_weight_at_least_1"
            ),
        ),
        migrations.AddConstraint(
            model_name="rep",
            constraint=models.CheckConstraint(
                condition=models.Q(("backup", models.F("id")), _negated=True),
                name="rep_is_not_their_own_backup",
            ),
        ),
        migrations.AddConstraint(
            model_name="rep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("daily_cap__isnull", True), ("daily_cap__gte", 1), _connector="OR"),
                    models.Q(("weekly_cap__isnull", True), ("weekly_cap__gte", 1), _connector="OR"),
                    models.Q(("open_cap__isnull", True), ("open_cap__gte", 1), _connector="OR"),
                ),
                name="rep_caps_at_least_1",
            ),
        ),
        migrations.AddIndex(
            model_name="turn",
            index=models.Index(fields=["pool", "-at"], name="turn_by_pool"),
        ),
        migrations.AddIndex(
            model_name="turn",
            index=models.Index(fields=["lead", "-at"], name="turn_by_lead"),
        ),
    ]
