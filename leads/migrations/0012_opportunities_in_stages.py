"""Gives deals stages and reasons for a loss that are data, and keeps how each deal stood."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0011_file_imports"),
    ]

    operations = [
        migrations.CreateModel(
            name="LossReason",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40, unique=True)),
                ("label", models.CharField(max_length=60)),
                ("position", models.PositiveSmallIntegerField()),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="OpportunityStage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40, unique=True)),
                ("label", models.CharField(max_length=60)),
                ("position", models.PositiveSmallIntegerField()),
                ("is_active", models.BooleanField(default=True)),
                ("probability", models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="OpportunityState",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "status",
                    models.CharField(
                        choices=[("OPEN", "Open"), ("WON", "Won"), ("LOST", "Lost")], max_length=4
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ("close_on", models.DateField(null=True)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("job", models.CharField(blank=True, max_length=60)),
            ],
        ),
        migrations.AlterField(
            model_name="timelineevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("STAGE", "Stage"),
                    ("HANDOFF", "Hand-off"),
                    ("CLOCK", "Clock"),
                    ("SCORE", "Score"),
                    ("ATTEMPT", "Attempt"),
                    ("NOTE", "Note"),
                    ("CONSENT", "Consent"),
                    ("DEAL", "Opportunity"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="opportunity",
            name="lost_for",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="leads.lossreason",
            ),
        ),
        migrations.AddConstraint(
            model_name="opportunitystage",
            constraint=models.CheckConstraint(
                condition=models.Q(("probability__lte", 100)), name="opportunity_stage_probability_in_percent"
            ),
        ),
        migrations.AddField(
            model_name="opportunity",
            name="stage",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="leads.opportunitystage",
            ),
        ),
        migrations.AddField(
            model_name="opportunitystate",
            name="actor",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="opportunitystate",
            name="opportunity",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="states", to="leads.opportunity"
            ),
        ),
        migrations.AddField(
            model_name="opportunitystate",
            name="owner",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="opportunitystate",
            name="stage",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="leads.opportunitystage",
            ),
        ),
        migrations.AddIndex(
            model_name="opportunitystate",
            index=models.Index(fields=["opportunity", "at"], name="opportunity_state_by_deal"),
        ),
        migrations.AddConstraint(
            model_name="opportunitystate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("actor__isnull", False), models.Q(("job", ""), _negated=True), _connector="OR"
                ),
                name="opportunity_state_names_who_set_it",
            ),
        ),
    ]
