"""Makes the tables of scorecards and scores."""

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
            name="DecayState",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("epoch", models.IntegerField()),
                ("week", models.IntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="decay_state_is_one_row")
                ],
            },
        ),
        migrations.CreateModel(
            name="Scorecard",
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
                        choices=[
                            ("DRAFT", "Draft"),
                            ("PUBLISHED", "Published"),
                            ("RETIRED", "Retired"),
                            ("DISCARDED", "Discarded"),
                        ],
                        default="DRAFT",
                        max_length=9,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200)),
                ("revision", models.PositiveIntegerField(default=0)),
                ("decay_factor", models.FloatField(default=0.75)),
                ("inactivity_weeks", models.PositiveSmallIntegerField(default=26)),
                ("urgency_window_days", models.PositiveSmallIntegerField(default=90)),
                ("gate_fit", models.PositiveSmallIntegerField(default=40)),
                ("gate_engagement", models.PositiveSmallIntegerField(default=30)),
                ("gate_signal_days", models.PositiveSmallIntegerField(default=30)),
                ("gate_target_person", models.BooleanField(default=True)),
                ("grade_a", models.PositiveSmallIntegerField(default=75)),
                ("grade_b", models.PositiveSmallIntegerField(default=50)),
                ("grade_c", models.PositiveSmallIntegerField(default=25)),
                ("icp_fit", models.PositiveSmallIntegerField(default=60)),
                ("created_at", models.DateTimeField()),
                ("published_at", models.DateTimeField(null=True)),
                (
                    "based_on",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="scoring.scorecard",
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
            name="Score",
            fields=[
                (
                    "lead",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="score",
                        serialize=False,
                        to="leads.lead",
                    ),
                ),
                ("fit", models.FloatField()),
                ("fit_low", models.FloatField()),
                ("fit_high", models.FloatField()),
                ("urgency", models.FloatField()),
                ("engagement_sum", models.FloatField()),
                ("last_week", models.IntegerField(null=True)),
                ("accounted_week", models.IntegerField()),
                ("last_signal_at", models.DateTimeField(null=True)),
                ("updated_at", models.DateTimeField()),
                (
                    "scorecard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="scoring.scorecard"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FitChange",
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
                    models.CharField(choices=[("FACTS", "Facts"), ("RESCORE", "Re-score")], max_length=7),
                ),
                ("before", models.FloatField()),
                ("after", models.FloatField()),
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
                    "scorecard",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="scoring.scorecard",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Criterion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "dimension",
                    models.CharField(
                        choices=[("FIT", "Fit"), ("URGENCY", "Urgency"), ("ACCOUNT", "Account")], max_length=7
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("code", models.SlugField(max_length=40)),
                ("label", models.CharField(max_length=80)),
                ("weight", models.PositiveSmallIntegerField()),
                ("unknown_level", models.PositiveSmallIntegerField(default=0)),
                ("levels", models.JSONField()),
                (
                    "scorecard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="criteria",
                        to="scoring.scorecard",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Behaviour",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("points", models.FloatField()),
                ("weekly_cap", models.FloatField(null=True)),
                ("depth_multiplier", models.FloatField(default=1)),
                ("depth", models.PositiveSmallIntegerField(default=0)),
                ("request", models.PositiveSmallIntegerField(default=0)),
                ("hand_raise", models.BooleanField(default=False)),
                ("minimum_tier", models.CharField(blank=True, max_length=10)),
                (
                    "type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="leads.signaltype"
                    ),
                ),
                (
                    "scorecard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="behaviours",
                        to="scoring.scorecard",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AccountScore",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="score",
                        serialize=False,
                        to="leads.account",
                    ),
                ),
                ("value", models.FloatField()),
                ("low", models.FloatField()),
                ("high", models.FloatField()),
                ("company_fit", models.FloatField()),
                ("is_icp", models.BooleanField()),
                ("updated_at", models.DateTimeField()),
                (
                    "scorecard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="scoring.scorecard"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Tier",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("code", models.CharField(max_length=10)),
                ("label", models.CharField(max_length=60)),
                ("fit_at_least", models.PositiveSmallIntegerField()),
                ("urgency_at_least", models.PositiveSmallIntegerField()),
                ("action", models.CharField(max_length=120)),
                (
                    "scorecard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tiers",
                        to="scoring.scorecard",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="scorecard",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "PUBLISHED")),
                fields=("status",),
                name="scorecard_one_published",
            ),
        ),
        migrations.AddConstraint(
            model_name="scorecard",
            constraint=models.CheckConstraint(
                condition=models.Q(("decay_factor__gt", 0), ("decay_factor__lte", 1)),
                name="scorecard_decay_between_0_and_1",
            ),
        ),
        migrations.AddConstraint(
            model_name="scorecard",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["DRAFT", "DISCARDED"]), ("published_at__isnull", False), _connector="OR"
                ),
                name="scorecard_has_date_once_published",
            ),
        ),
        migrations.AddConstraint(
            model_name="scorecard",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["DRAFT", "DISCARDED"]),
                    models.Q(
                        ("grade_a__lte", 100),
                        ("grade_b__lte", models.F("grade_a")),
                        ("grade_c__lte", models.F("grade_b")),
                    ),
                    _connector="OR",
                ),
                name="scorecard_grades_fall",
            ),
        ),
        migrations.AddConstraint(
            model_name="scorecard",
            constraint=models.CheckConstraint(
                condition=models.Q(("icp_fit__lte", 100)), name="scorecard_icp_at_most_100"
            ),
        ),
        migrations.AddIndex(
            model_name="score",
            index=models.Index(fields=["engagement_sum"], name="score_by_engagement"),
        ),
        migrations.AddIndex(
            model_name="score",
            index=models.Index(fields=["last_week"], name="score_by_last_week"),
        ),
        migrations.AddConstraint(
            model_name="score",
            constraint=models.CheckConstraint(
                condition=models.Q(("fit__gte", 0), ("fit__lte", 100)), name="score_fit_0_to_100"
            ),
        ),
        migrations.AddConstraint(
            model_name="score",
            constraint=models.CheckConstraint(
                condition=models.Q(("urgency__gte", 0), ("urgency__lte", 100)), name="score_urgency_0_to_100"
            ),
        ),
        migrations.AddIndex(
            model_name="fitchange",
            index=models.Index(fields=["lead", "at"], name="fit_change_of_lead"),
        ),
        migrations.AddConstraint(
            model_name="fitchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("before", models.F("after")), _negated=True), name="fit_change_changes"
            ),
        ),
        migrations.AddConstraint(
            model_name="fitchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("after__gte", 0), ("after__lte", 100), ("before__gte", 0), ("before__lte", 100)
                ),
                name="fit_change_0_to_100",
            ),
        ),
        migrations.AddConstraint(
            model_name="criterion",
            constraint=models.UniqueConstraint(
                fields=("scorecard", "dimension", "code"), name="criterion_named_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="criterion",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight__lte", 100)), name="criterion_weight_at_most_100"
            ),
        ),
        migrations.AddConstraint(
            model_name="criterion",
            constraint=models.CheckConstraint(
                condition=models.Q(("unknown_level__lte", 3)), name="criterion_level_at_most_3"
            ),
        ),
        migrations.AddConstraint(
            model_name="behaviour",
            constraint=models.UniqueConstraint(fields=("scorecard", "type"), name="behaviour_once_per_type"),
        ),
        migrations.AddConstraint(
            model_name="behaviour",
            constraint=models.CheckConstraint(
                condition=models.Q(("weekly_cap__gte", 0)), name="behaviour_cap_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="behaviour",
            constraint=models.CheckConstraint(
                condition=models.Q(("depth__lte", 3), ("request__lte", 3)), name="behaviour_levels_at_most_3"
            ),
        ),
        migrations.AddConstraint(
            model_name="accountscore",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("company_fit__gte", 0), ("company_fit__lte", 100), ("value__gte", 0), ("value__lte", 100)
                ),
                name="account_score_0_to_100",
            ),
        ),
        migrations.AddConstraint(
            model_name="tier",
            constraint=models.UniqueConstraint(fields=("scorecard", "code"), name="tier_named_once"),
        ),
        migrations.AddConstraint(
            model_name="tier",
            constraint=models.UniqueConstraint(fields=("scorecard", "position"), name="tier_placed_once"),
        ),
    ]
