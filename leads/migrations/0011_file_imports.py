"""Keeps the files that people bring, how far each is, whom they spoke of, and what was refused."""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0010_where_people_are"),
    ]

    operations = [
        migrations.CreateModel(
            name="FileImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("size", models.PositiveBigIntegerField()),
                ("lines", models.PositiveBigIntegerField()),
                ("header", models.JSONField(default=list)),
                ("sample", models.JSONField(default=list)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("SYSTEM", "From a system of ours, such as a CRM"),
                            ("OPT_IN", "An opt-in list, such as the people who came to an event"),
                            ("BOUGHT", "Bought, or from a data vendor"),
                        ],
                        default="SYSTEM",
                        max_length=6,
                    ),
                ),
                ("preset", models.CharField(blank=True, max_length=40)),
                ("mapping", models.JSONField(null=True)),
                ("uploaded_at", models.DateTimeField()),
                ("read", models.PositiveBigIntegerField(default=0)),
                ("stored", models.PositiveBigIntegerField(default=0)),
                ("repeated", models.PositiveBigIntegerField(default=0)),
                ("refused", models.PositiveBigIntegerField(default=0)),
                ("created", models.PositiveBigIntegerField(default=0)),
                ("qualified", models.PositiveBigIntegerField(default=0)),
                ("finished_at", models.DateTimeField(null=True)),
                ("forgotten_at", models.DateTimeField(null=True)),
                (
                    "check_run",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="leads.backgroundrun",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="leads.backgroundrun",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="leads.source"
                    ),
                ),
                (
                    "uploaded_by",
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
            name="FilePart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("content", models.BinaryField()),
                (
                    "file_import",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="leads.fileimport",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ImportedLead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_new", models.BooleanField()),
                (
                    "file_import",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="leads.fileimport",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="imports", to="leads.lead"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RefusedRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line", models.PositiveBigIntegerField()),
                ("reason", models.TextField()),
                ("cells", models.JSONField()),
                (
                    "file_import",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="refused_rows",
                        to="leads.fileimport",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="fileimport",
            index=models.Index(fields=["source", "-id"], name="import_by_source"),
        ),
        migrations.AddIndex(
            model_name="fileimport",
            index=models.Index(
                condition=models.Q(("forgotten_at__isnull", True)),
                fields=["uploaded_at"],
                name="import_file_kept",
            ),
        ),
        migrations.AddConstraint(
            model_name="fileimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "read",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("stored"), "+", models.F("repeated")
                            ),
                            "+",
                            models.F("refused"),
                        ),
                    )
                ),
                name="import_counts_every_row_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="filepart",
            constraint=models.UniqueConstraint(fields=("file_import", "number"), name="file_part_number"),
        ),
        migrations.AddConstraint(
            model_name="importedlead",
            constraint=models.UniqueConstraint(fields=("file_import", "lead"), name="imported_lead_once"),
        ),
        migrations.AddIndex(
            model_name="refusedrow",
            index=models.Index(fields=["file_import", "id"], name="refused_row_in_order"),
        ),
    ]
