"""Adds what people said about being contacted, who is never to be, who was erased, and which months are gone."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0019_sources_with_keys_limits_and_secrets"),
    ]

    operations = [
        migrations.CreateModel(
            name="ConsentRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "said",
                    models.CharField(
                        choices=[("YES", "Agreed to be contacted"), ("NO", "Does not want to be contacted")],
                        max_length=3,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("basis", models.CharField(blank=True, max_length=60)),
                ("text", models.TextField(blank=True)),
                ("source", models.CharField(blank=True, max_length=60)),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("ASKED", "The person asked for it"),
                            ("WITHDRAWN", "The person withdrew consent, or objected"),
                            ("NOT_NEEDED", "The data is no longer needed"),
                            ("UNLAWFUL", "The data should not have been kept"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reference", models.CharField(blank=True, max_length=60)),
                ("asked_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("rows", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="PrunedMonth",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(unique=True)),
                ("signals", models.PositiveBigIntegerField()),
                ("sums", models.JSONField(default=list)),
                ("pruned_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Suppression",
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
                        choices=[("ADDRESS", "An address"), ("DOMAIN", "A domain")], max_length=7
                    ),
                ),
                ("value", models.CharField(max_length=255)),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("UNSUBSCRIBE", "They unsubscribed"),
                            ("LIST", "Brought with a list"),
                            ("HAND", "Entered by hand"),
                            ("ERASURE", "They were erased, and had refused"),
                        ],
                        max_length=11,
                    ),
                ),
                ("added_at", models.DateTimeField()),
                ("job", models.CharField(blank=True, max_length=60)),
                ("lifted_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="lead",
            name="erased_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="consentrecord",
            name="lead",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="consents", to="leads.lead"
            ),
        ),
        migrations.AddField(
            model_name="erasure",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="erasure",
            name="lead",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="erasures", to="leads.lead"
            ),
        ),
        migrations.AddField(
            model_name="suppression",
            name="actor",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="suppression",
            name="lead",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="leads.lead"
            ),
        ),
        migrations.AddIndex(
            model_name="consentrecord",
            index=models.Index(fields=["lead", "-at"], name="consent_by_lead"),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.UniqueConstraint(
                condition=models.Q(("done_at__isnull", True)), fields=("lead",), name="erasure_one_at_a_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="suppression",
            constraint=models.UniqueConstraint(
                condition=models.Q(("lifted_at__isnull", True)),
                fields=("kind", "value"),
                name="suppressed_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="suppression",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("actor__isnull", False), models.Q(("job", ""), _negated=True), _connector="OR"
                ),
                name="suppression_names_who_added_it",
            ),
        ),
    ]
