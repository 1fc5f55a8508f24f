"""Makes the tables of people, companies, signals and deals, and of who works with them."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import leads.models.organisation


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="CacheEntry",
            fields=[
                ("cache_key", models.CharField(max_length=255, primary_key=True, serialize=False)),
                ("value", models.TextField()),
                ("expires", models.DateTimeField(db_index=True)),
            ],
            options={
                "db_table": "cache_entries",
            },
        ),
        migrations.CreateModel(
            name="FactOrder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("fact", models.CharField(max_length=40, unique=True)),
                (
                    "order",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10), size=None
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="GuessTally",
            fields=[
                ("place", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("guesses", models.PositiveIntegerField()),
                ("last_at", models.DateTimeField(db_index=True)),
                ("free_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Lead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("email_key", models.CharField(max_length=254, null=True)),
                ("first_name", models.CharField(blank=True, max_length=100)),
                ("last_name", models.CharField(blank=True, max_length=100)),
                ("title", models.CharField(blank=True, max_length=150)),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("country", models.CharField(blank=True, max_length=2)),
                ("region", models.CharField(blank=True, db_default="", default="", max_length=100)),
                ("postal_code", models.CharField(blank=True, db_default="", default="", max_length=20)),
                (
                    "acquired",
                    models.CharField(
                        choices=[("OWN", "Came to us"), ("PURCHASED", "Bought or from a data vendor")],
                        default="OWN",
                        max_length=10,
                    ),
                ),
                ("origins", models.JSONField(null=True)),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("SUBSCRIBER", "SUBSCRIBER"),
                            ("LEAD", "LEAD"),
                            ("MQL", "MQL"),
                            ("SAL", "SAL"),
                            ("SQL", "SQL"),
                            ("OPPORTUNITY", "OPPORTUNITY"),
                            ("CUSTOMER", "CUSTOMER"),
                            ("LOST", "LOST"),
                            ("RECYCLED", "RECYCLED"),
                            ("DISQUALIFIED", "DISQUALIFIED"),
                        ],
                        default="SUBSCRIBER",
                        max_length=16,
                    ),
                ),
                ("tier", models.CharField(blank=True, max_length=10)),
                ("held_from", models.DateTimeField(null=True)),
                ("held_until", models.DateTimeField(null=True)),
                ("suppressed_at", models.DateTimeField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
            ],
        ),
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
            name="OperatingModelEdit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
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
            name="SignalType",
            fields=[
                ("code", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("label", models.CharField(max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("name", models.CharField(max_length=150)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("SDR", "Sales development"),
                            ("AE", "Account executive"),
                            ("CSM", "Customer success"),
                            ("MANAGER", "Sales manager"),
                            ("MARKETER", "Marketing"),
                            ("OPS", "Revenue operations"),
                            ("VIEWER", "Read only"),
                        ],
                        default="VIEWER",
                        max_length=10,
                    ),
                ),
                ("time_zone", models.CharField(default="UTC", max_length=64)),
                (
                    "theme",
                    models.CharField(
                        choices=[("auto", "As the system"), ("light", "Light"), ("dark", "Dark")],
                        default="auto",
                        max_length=5,
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                ("is_staff", models.BooleanField(default=False)),
                ("session_generation", models.PositiveIntegerField(db_default=0, default=0)),
                ("joined_at", models.DateTimeField(auto_now_add=True)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            managers=[
                ("objects", leads.models.organisation.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("name_key", models.CharField(blank=True, max_length=200)),
                ("domain", models.CharField(blank=True, max_length=253)),
                ("industry", models.CharField(blank=True, max_length=100)),
                ("employees", models.PositiveIntegerField(blank=True, null=True)),
                ("country", models.CharField(blank=True, max_length=2)),
                ("region", models.CharField(blank=True, db_default="", default="", max_length=100)),
                ("postal_code", models.CharField(blank=True, db_default="", default="", max_length=20)),
                (
                    "technologies",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), blank=True, default=list, size=None
                    ),
                ),
                ("growth_stage", models.CharField(blank=True, max_length=60)),
                ("annual_revenue", models.BigIntegerField(blank=True, null=True)),
                ("is_named", models.BooleanField(default=False)),
                ("is_customer", models.BooleanField(default=False)),
                ("in_dispute", models.BooleanField(db_default=False, default=False)),
                ("budget", models.CharField(blank=True, db_default="", default="", max_length=40)),
                ("origins", models.JSONField(null=True)),
                ("needs_score", models.BooleanField(db_default=True, default=True)),
                ("created_at", models.DateTimeField()),
                (
                    "csm",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subsidiaries",
                        to="leads.account",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("action", models.CharField(max_length=60)),
                ("subject", models.CharField(max_length=80)),
                ("text", models.CharField(max_length=500)),
                ("job", models.CharField(blank=True, max_length=60)),
                ("came_from", models.GenericIPAddressField(null=True)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                (
                    "actor",
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
            name="BackgroundRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("parameters", models.JSONField(default=dict)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("WAITING", "Waiting"),
                            ("RUNNING", "Running"),
                            ("DONE", "Done"),
                            ("CANCELLED", "Cancelled"),
                            ("FAILED", "Failed"),
                        ],
                        default="WAITING",
                        max_length=9,
                    ),
                ),
                ("step", models.CharField(blank=True, max_length=100)),
                ("done", models.PositiveBigIntegerField(default=0)),
                ("total", models.PositiveBigIntegerField(default=0)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("asked_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("alive_at", models.DateTimeField(null=True)),
                ("cancel_asked_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("result", models.JSONField(null=True)),
                ("error", models.CharField(blank=True, max_length=500)),
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
        ),
        migrations.CreateModel(
            name="Campaign",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, unique=True)),
                ("channel", models.CharField(max_length=40)),
                ("utm_campaign", models.CharField(max_length=120, unique=True)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="campaign_ends_after_it_starts",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CompanyQuestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("name_key", models.CharField(max_length=200)),
                ("country", models.CharField(blank=True, max_length=2)),
                ("told", models.JSONField(default=dict)),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="leads.account",
                    ),
                ),
                (
                    "answered_by",
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
            name="EnrichmentProvider",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("TABLE", "A table from a CSV file"), ("HTTP", "An HTTP endpoint")],
                        max_length=5,
                    ),
                ),
                ("url", models.CharField(blank=True, max_length=2000)),
                ("sealed_key", models.TextField(blank=True)),
                ("seconds", models.FloatField(default=5.0)),
                ("cache_days", models.PositiveIntegerField(default=90)),
                ("position", models.PositiveIntegerField(default=1)),
                ("is_on", models.BooleanField(default=True)),
                ("enrolled_to", models.BigIntegerField(default=0)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("rest_until", models.DateTimeField(null=True)),
                ("hits", models.PositiveBigIntegerField(default=0)),
                ("misses", models.PositiveBigIntegerField(default=0)),
                ("faults", models.PositiveBigIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "TABLE"), models.Q(("url", ""), _negated=True), _connector="OR"
                        ),
                        name="enrichment_endpoint_has_an_address",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EnrichmentLookup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("WAITING", "Not asked yet"),
                            ("FOUND", "Found"),
                            ("NOTHING", "Not known there"),
                            ("FAILED", "Failed"),
                        ],
                        default="WAITING",
                        max_length=7,
                    ),
                ),
                ("facts", models.JSONField(default=dict)),
                ("problem", models.CharField(blank=True, max_length=300)),
                ("asked_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="leads.account"
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lookups",
                        to="leads.enrichmentprovider",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EnrichmentRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("domain", models.CharField(max_length=253)),
                ("facts", models.JSONField()),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="leads.enrichmentprovider",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FactConflict",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("fact", models.CharField(max_length=40)),
                ("kept", models.JSONField()),
                ("kept_origin", models.CharField(max_length=10)),
                ("kept_by", models.CharField(blank=True, max_length=100)),
                ("kept_at", models.DateTimeField(null=True)),
                ("other", models.JSONField()),
                ("other_origin", models.CharField(max_length=10)),
                ("other_by", models.CharField(blank=True, max_length=100)),
                ("other_at", models.DateTimeField(null=True)),
                ("found_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="fact_conflicts",
                        to="leads.account",
                    ),
                ),
            ],
        ),
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
            name="HostedForm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(unique=True)),
                ("name", models.CharField(max_length=100)),
                ("intro", models.TextField(blank=True, max_length=1000)),
                ("fields", models.JSONField(default=list)),
                ("questions", models.JSONField(default=list)),
                (
                    "heard_options",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), blank=True, default=list, size=None
                    ),
                ),
                ("consent_text", models.TextField(blank=True, max_length=2000)),
                ("consent_version", models.PositiveIntegerField(default=1)),
                ("consent_required", models.BooleanField(default=False)),
                ("button", models.CharField(max_length=40)),
                ("thanks", models.TextField(max_length=1000)),
                (
                    "sites",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200), blank=True, default=list, size=None
                    ),
                ),
                ("is_on", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
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
                    "signal_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="leads.signaltype"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IdentityLook",
            fields=[
                (
                    "lead",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="look",
                        serialize=False,
                        to="leads.lead",
                    ),
                ),
                ("facts_print", models.BigIntegerField()),
                ("looked_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="lead",
            name="account",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="people",
                to="leads.account",
            ),
        ),
        migrations.AddField(
            model_name="lead",
            name="merged_into",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="leads.lead",
            ),
        ),
        migrations.AddField(
            model_name="lead",
            name="owner",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.CreateModel(
            name="IdentityKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.BigIntegerField()),
                (
                    "lead",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="identity_keys",
                        to="leads.lead",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FormSubmission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("signal_id", models.CharField(max_length=200)),
                ("consent_version", models.PositiveIntegerField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="submissions",
                        to="leads.hostedform",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="leads.lead",
                    ),
                ),
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
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="erasures", to="leads.lead"
                    ),
                ),
            ],
        ),
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
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="consents", to="leads.lead"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CompanyWait",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateTimeField()),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="waits",
                        to="leads.companyquestion",
                    ),
                ),
                (
                    "lead",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="company_wait",
                        to="leads.lead",
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
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("job", models.CharField(blank=True, max_length=60)),
                (
                    "touches",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "visitors",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("filled", models.JSONField(default=dict)),
                ("followed_at", models.DateTimeField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
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
                    "duplicate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="merges", to="leads.lead"
                    ),
                ),
                (
                    "survivor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="leads.lead"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DuplicateProposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("probability", models.FloatField()),
                ("evidence", models.JSONField(default=list)),
                ("proposed_at", models.DateTimeField()),
                (
                    "decision",
                    models.CharField(
                        blank=True, choices=[("MERGED", "one person"), ("APART", "two people")], max_length=6
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
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
                    "one",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="leads.lead",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="leads.lead"
                    ),
                ),
                (
                    "merge",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="leads.merge",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="NoticeSettings",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("chosen", models.JSONField(default=dict)),
                ("quiet_from", models.TimeField(null=True)),
                ("quiet_until", models.TimeField(null=True)),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notice_settings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
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
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("probability__lte", 100)),
                        name="opportunity_stage_probability_in_percent",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Opportunity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ("close_on", models.DateField(null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[("OPEN", "Open"), ("WON", "Won"), ("LOST", "Lost")],
                        default="OPEN",
                        max_length=4,
                    ),
                ),
                ("loss_reason", models.CharField(blank=True, max_length=100)),
                ("created_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opportunities",
                        to="leads.account",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opportunities",
                        to="leads.lead",
                    ),
                ),
                (
                    "lost_for",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="leads.lossreason",
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
                    "stage",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="leads.opportunitystage",
                    ),
                ),
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
                    "opportunity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="states",
                        to="leads.opportunity",
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
                    "stage",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="leads.opportunitystage",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OutboxMessage",
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
                        choices=[("IN_APP", "In the app"), ("EMAIL", "E-mail"), ("WEBHOOK", "Webhook")],
                        max_length=8,
                    ),
                ),
                ("kind", models.CharField(blank=True, max_length=40)),
                ("title", models.CharField(max_length=200)),
                ("text", models.TextField(blank=True)),
                ("path", models.CharField(blank=True, max_length=200)),
                ("payload", models.JSONField(null=True)),
                ("key", models.CharField(max_length=120)),
                ("undo_key", models.CharField(blank=True, db_default="", max_length=120)),
                ("created_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("error", models.TextField(blank=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("dead_at", models.DateTimeField(null=True)),
                (
                    "recipient",
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
            name="Notification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("text", models.TextField(blank=True)),
                ("path", models.CharField(blank=True, max_length=200)),
                ("kind", models.CharField(blank=True, max_length=40)),
                ("created_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notifications",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="leads.outboxmessage",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ProviderIdentity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("issuer", models.CharField(max_length=200)),
                ("subject", models.CharField(max_length=255)),
                ("linked_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReadKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("leads:read", "Leads"),
                                ("handoffs:read", "Hand-offs"),
                                ("reports:read", "Reports"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                    ),
                ),
                ("prefix", models.CharField(max_length=12)),
                ("hashed", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
        migrations.CreateModel(
            name="RevenueCycle",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "label_set",
                    models.CharField(
                        choices=[("CLASSIC", "Classic: MQL, SAL, SQL"), ("DEMAND", "Demand: AQL, MAL, MQO")],
                        default="CLASSIC",
                        max_length=7,
                    ),
                ),
                ("stages", models.JSONField(default=dict)),
                ("pipeline_from", models.PositiveIntegerField(default=30000)),
                ("pipeline_months", models.PositiveSmallIntegerField(default=12)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="revenue_cycle_is_one_row"),
                    models.CheckConstraint(
                        condition=models.Q(("pipeline_months__gte", 1)), name="revenue_cycle_has_a_horizon"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, unique=True)),
                (
                    "allowed_types",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), blank=True, default=list, size=None
                    ),
                ),
                ("is_active", models.BooleanField(db_default=True, default=True)),
                ("signals_per_minute", models.PositiveIntegerField(db_default=12000, default=12000)),
                ("mapping", models.JSONField(blank=True, null=True)),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("SELF", "SELF"),
                            ("CRM", "CRM"),
                            ("ENRICHMENT", "ENRICHMENT"),
                            ("INFERRED", "INFERRED"),
                        ],
                        db_default="SELF",
                        default="SELF",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("signals_per_minute__gte", 1)), name="source_may_send_something"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SignalReceipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("signal_id", models.CharField(max_length=200)),
                ("fingerprint", models.CharField(max_length=64)),
                ("answer", models.JSONField(null=True)),
                ("received_at", models.DateTimeField()),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="leads.source"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Signal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("occurred_at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("signal_id", models.CharField(max_length=200)),
                ("visitor_id", models.CharField(blank=True, max_length=128)),
                ("depth", models.PositiveSmallIntegerField(default=0)),
                ("utm", models.JSONField(default=dict)),
                ("url", models.TextField(blank=True)),
                ("referrer", models.TextField(blank=True)),
                ("self_reported_source", models.CharField(blank=True, max_length=500)),
                ("consent", models.JSONField(default=dict)),
                ("answers", models.JSONField(default=dict)),
                ("properties", models.JSONField(default=dict)),
                ("raw", models.JSONField(default=dict)),
                (
                    "campaign",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="leads.campaign",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signals",
                        to="leads.lead",
                    ),
                ),
                (
                    "type",
                    models.ForeignKey(
                        db_column="type",
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="leads.signaltype",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="leads.source",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="hostedform",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="leads.source"
            ),
        ),
        migrations.AddField(
            model_name="fileimport",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="leads.source"
            ),
        ),
        migrations.CreateModel(
            name="FailedSignal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("signal_id", models.CharField(max_length=200)),
                ("payload", models.JSONField()),
                ("error", models.TextField()),
                ("attempts", models.PositiveSmallIntegerField(default=1)),
                ("received_at", models.DateTimeField()),
                ("retry_at", models.DateTimeField(null=True)),
                ("dead_at", models.DateTimeField(null=True)),
                ("qualified_elsewhere", models.CharField(blank=True, db_default="", max_length=100)),
                ("bought", models.BooleanField(db_default=False, default=False)),
                ("set_aside_at", models.DateTimeField(null=True)),
                ("set_aside_because", models.CharField(blank=True, db_default="", max_length=300)),
                (
                    "set_aside_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="leads.source"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(blank=True, db_default="", max_length=60)),
                ("prefix", models.CharField(max_length=12)),
                ("hashed", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="keys", to="leads.source"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StageVisit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("SUBSCRIBER", "SUBSCRIBER"),
                            ("LEAD", "LEAD"),
                            ("MQL", "MQL"),
                            ("SAL", "SAL"),
                            ("SQL", "SQL"),
                            ("OPPORTUNITY", "OPPORTUNITY"),
                            ("CUSTOMER", "CUSTOMER"),
                            ("LOST", "LOST"),
                            ("RECYCLED", "RECYCLED"),
                            ("DISQUALIFIED", "DISQUALIFIED"),
                        ],
                        max_length=16,
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("came_from", models.CharField(blank=True, max_length=16)),
                ("entered_at", models.DateTimeField()),
                ("left_at", models.DateTimeField(null=True)),
                (
                    "how",
                    models.CharField(
                        choices=[("RULE", "by rule"), ("PERSON", "by a person"), ("INFERRED", "inferred")],
                        max_length=8,
                    ),
                ),
                ("job", models.CharField(blank=True, max_length=60)),
                ("cause", models.CharField(max_length=200)),
                ("reason", models.CharField(blank=True, max_length=60)),
                (
                    "actor",
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
                        related_name="visits",
                        to="leads.lead",
                    ),
                ),
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
                    "lead",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="leads.lead",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Team",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, unique=True)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="leads.team",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="lead",
            name="team",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="leads.team",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="team",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="people",
                to="leads.team",
            ),
        ),
        migrations.CreateModel(
            name="TimelineEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "kind",
                    models.CharField(
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
                ("text", models.CharField(max_length=500)),
                ("job", models.CharField(blank=True, max_length=60)),
                ("data", models.JSONField(default=dict)),
                (
                    "actor",
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
                        related_name="events",
                        to="leads.lead",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Visitor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("visitor_id", models.CharField(max_length=128, unique=True)),
                ("is_shared", models.BooleanField(db_default=False, default=False)),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="visitors", to="leads.lead"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WebhookEndpoint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("url", models.CharField(blank=True, max_length=2000)),
                (
                    "format",
                    models.CharField(
                        choices=[("BATON", "Baton JSON"), ("SLACK", "Slack-compatible")],
                        default="BATON",
                        max_length=5,
                    ),
                ),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), blank=True, default=list, size=None
                    ),
                ),
                ("seed", models.CharField(max_length=64)),
                ("previous_seed", models.CharField(blank=True, max_length=64)),
                ("previous_until", models.DateTimeField(null=True)),
                ("is_on", models.BooleanField(default=True)),
                ("paused_at", models.DateTimeField(null=True)),
                ("paused_because", models.CharField(blank=True, max_length=300)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("failing_since", models.DateTimeField(null=True)),
                ("rest_until", models.DateTimeField(null=True)),
                ("tried_at", models.DateTimeField(null=True)),
                ("leased_until", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
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
                    "person",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="webhook",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
        migrations.CreateModel(
            name="WebhookDelivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("attempt", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("milliseconds", models.PositiveIntegerField()),
                ("excerpt", models.CharField(blank=True, max_length=500)),
                ("error", models.CharField(blank=True, max_length=300)),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="leads.outboxmessage",
                    ),
                ),
                (
                    "endpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="leads.webhookendpoint",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="outboxmessage",
            name="endpoint",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="leads.webhookendpoint",
            ),
        ),
        migrations.CreateModel(
            name="WebhookSecret",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sealed", models.TextField()),
                ("created_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="secrets", to="leads.source"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WebhookSeen",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("message_id", models.CharField(max_length=200)),
                ("signed_at", models.DateTimeField()),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="leads.source",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(fields=["name_key", "country"], name="account_by_name"),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                condition=models.Q(("needs_score", True)), fields=["id"], name="account_needs_score"
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(
                condition=models.Q(("domain", ""), _negated=True),
                fields=("domain",),
                name="account_domain_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(("parent", models.F("id")), _negated=True),
                name="account_is_not_its_own_parent",
            ),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["subject", "-at"], name="audit_by_subject"),
        ),
        migrations.AddConstraint(
            model_name="auditentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("actor__isnull", False), models.Q(("job", ""), _negated=True), _connector="OR"
                ),
                name="audit_entry_names_who_did_it",
            ),
        ),
        migrations.AddIndex(
            model_name="backgroundrun",
            index=models.Index(
                condition=models.Q(("status__in", ["WAITING", "RUNNING"])),
                fields=["asked_at"],
                name="background_run_open",
            ),
        ),
        migrations.AddIndex(
            model_name="backgroundrun",
            index=models.Index(fields=["kind", "-asked_at"], name="background_run_by_kind"),
        ),
        migrations.AddConstraint(
            model_name="backgroundrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "DONE"), _negated=True), ("result__isnull", False), _connector="OR"
                ),
                name="background_run_done_has_result",
            ),
        ),
        migrations.AddIndex(
            model_name="companyquestion",
            index=models.Index(
                condition=models.Q(("answered_at", None)), fields=["asked_at"], name="company_question_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="companyquestion",
            constraint=models.UniqueConstraint(fields=("name_key", "country"), name="company_asked_once"),
        ),
        migrations.AddConstraint(
            model_name="companyquestion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("account", None), ("answered_at", None)),
                    models.Q(("account__isnull", False), ("answered_at__isnull", False)),
                    _connector="OR",
                ),
                name="company_answer_names_an_account",
            ),
        ),
        migrations.AddIndex(
            model_name="enrichmentlookup",
            index=models.Index(fields=["provider", "due_at", "id"], name="enrichment_due"),
        ),
        migrations.AddIndex(
            model_name="enrichmentlookup",
            index=models.Index(
                condition=models.Q(("asked_at__isnull", False)),
                fields=["provider", "-asked_at"],
                name="enrichment_last",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrichmentlookup",
            constraint=models.UniqueConstraint(fields=("provider", "account"), name="enrichment_asked_once"),
        ),
        migrations.AddConstraint(
            model_name="enrichmentrow",
            constraint=models.UniqueConstraint(fields=("provider", "domain"), name="enrichment_row_once"),
        ),
        migrations.AddIndex(
            model_name="factconflict",
            index=models.Index(fields=["-found_at", "-id"], name="fact_conflict_latest"),
        ),
        migrations.AddConstraint(
            model_name="factconflict",
            constraint=models.UniqueConstraint(fields=("account", "fact"), name="fact_conflict_shown_once"),
        ),
        migrations.AddConstraint(
            model_name="filepart",
            constraint=models.UniqueConstraint(fields=("file_import", "number"), name="file_part_number"),
        ),
        migrations.AddIndex(
            model_name="identitykey",
            index=models.Index(fields=["key", "-lead"], name="identity_key_shared"),
        ),
        migrations.AddConstraint(
            model_name="identitykey",
            constraint=models.UniqueConstraint(fields=("lead", "key"), name="identity_key_once"),
        ),
        migrations.AddIndex(
            model_name="formsubmission",
            index=models.Index(fields=["form", "-id"], name="form_submission_by_form"),
        ),
        migrations.AddConstraint(
            model_name="formsubmission",
            constraint=models.UniqueConstraint(
                fields=("form", "signal_id"), name="form_submission_counted_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.UniqueConstraint(
                condition=models.Q(("done_at__isnull", True)), fields=("lead",), name="erasure_one_at_a_time"
            ),
        ),
        migrations.AddIndex(
            model_name="consentrecord",
            index=models.Index(fields=["lead", "-at"], name="consent_by_lead"),
        ),
        migrations.AddConstraint(
            model_name="importedlead",
            constraint=models.UniqueConstraint(fields=("file_import", "lead"), name="imported_lead_once"),
        ),
        migrations.AddIndex(
            model_name="jobrun",
            index=models.Index(fields=["job", "-started_at"], name="job_run_latest"),
        ),
        migrations.AddIndex(
            model_name="jobrun",
            index=models.Index(fields=["job", "-id"], name="job_run_history"),
        ),
        migrations.AddIndex(
            model_name="jobrun",
            index=models.Index(
                condition=models.Q(("status__in", ["WAITING", "RUNNING"])),
                fields=["started_at"],
                name="job_run_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="jobrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("asked_by__isnull", False), ("started_at__isnull", True), ("status", "WAITING")
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
        ),
        migrations.AddConstraint(
            model_name="jobrun",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "WAITING")), fields=("job",), name="job_run_asked_for_once"
            ),
        ),
        migrations.AddIndex(
            model_name="merge",
            index=models.Index(
                condition=models.Q(("followed_at__isnull", True)), fields=["id"], name="merge_to_follow"
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)),
                fields=("duplicate",),
                name="merge_into_one_lead",
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(("duplicate", models.F("survivor")), _negated=True),
                name="merge_is_not_into_itself",
            ),
        ),
        migrations.AddIndex(
            model_name="duplicateproposal",
            index=models.Index(
                condition=models.Q(("decision", "")), fields=["-probability", "id"], name="duplicate_open"
            ),
        ),
        migrations.AddIndex(
            model_name="duplicateproposal",
            index=models.Index(
                condition=models.Q(("decision", ""), _negated=True),
                fields=["-decided_at"],
                name="duplicate_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="duplicateproposal",
            constraint=models.UniqueConstraint(fields=("one", "other"), name="duplicate_pair_once"),
        ),
        migrations.AddConstraint(
            model_name="duplicateproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("one__lt", models.F("other"))), name="duplicate_pair_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="duplicateproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decision", "")),
                    models.Q(models.Q(("decision", ""), _negated=True), ("decided_at__isnull", False)),
                    _connector="OR",
                ),
                name="duplicate_decided_at_some_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticesettings",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("quiet_from__isnull", True), ("quiet_until__isnull", True)),
                    models.Q(("quiet_from__isnull", False), ("quiet_until__isnull", False)),
                    _connector="OR",
                ),
                name="notice_settings_quiet_from_and_until",
            ),
        ),
        migrations.AddIndex(
            model_name="opportunity",
            index=models.Index(
                condition=models.Q(("status", "OPEN")), fields=["account"], name="opportunity_open_by_account"
            ),
        ),
        migrations.AddIndex(
            model_name="opportunity",
            index=models.Index(
                condition=models.Q(("status", "OPEN")),
                fields=["close_on", "id"],
                name="opportunity_open_by_close",
            ),
        ),
        migrations.AddConstraint(
            model_name="opportunity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("status", "OPEN")),
                    ("closed_at__isnull", False),
                    _connector="OR",
                ),
                name="opportunity_closed_when_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="opportunity",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0)), name="opportunity_amount_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="opportunity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "LOST"), _negated=True),
                    models.Q(("loss_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="opportunity_lost_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="opportunity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "OPEN"), _negated=True), ("stage__isnull", False), _connector="OR"
                ),
                name="opportunity_open_has_stage",
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
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(fields=["user", "-id"], name="notification_by_user"),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("read_at__isnull", True)), fields=["user"], name="notification_unread"
            ),
        ),
        migrations.AddConstraint(
            model_name="provideridentity",
            constraint=models.UniqueConstraint(fields=("issuer", "subject"), name="identity_is_one_person"),
        ),
        migrations.AddConstraint(
            model_name="readkey",
            constraint=models.CheckConstraint(
                condition=models.Q(("scopes__len", 0), _negated=True), name="read_key_reads_something"
            ),
        ),
        migrations.AddIndex(
            model_name="refusedrow",
            index=models.Index(fields=["file_import", "id"], name="refused_row_in_order"),
        ),
        migrations.AddConstraint(
            model_name="signalreceipt",
            constraint=models.UniqueConstraint(fields=("source", "signal_id"), name="signal_taken_once"),
        ),
        migrations.AddIndex(
            model_name="signal",
            index=models.Index(fields=["lead", "occurred_at"], name="signal_by_lead"),
        ),
        migrations.AddIndex(
            model_name="signal",
            index=models.Index(
                condition=models.Q(("lead__isnull", True), models.Q(("visitor_id", ""), _negated=True)),
                fields=["visitor_id"],
                name="signal_anonymous",
            ),
        ),
        migrations.AddConstraint(
            model_name="hostedform",
            constraint=models.CheckConstraint(
                condition=models.Q(("slug", ""), _negated=True), name="hosted_form_has_an_address"
            ),
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
        migrations.AddIndex(
            model_name="failedsignal",
            index=models.Index(
                condition=models.Q(("dead_at__isnull", True)), fields=["retry_at"], name="failed_signal_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="failedsignal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("set_aside_at__isnull", True),
                    models.Q(("dead_at__isnull", False), models.Q(("set_aside_because", ""), _negated=True)),
                    _connector="OR",
                ),
                name="failed_signal_set_aside_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="failedsignal",
            constraint=models.UniqueConstraint(
                fields=("source", "signal_id"), name="failed_signal_kept_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="failedsignal",
            constraint=models.CheckConstraint(
                condition=models.Q(("retry_at__isnull", True), ("dead_at__isnull", True), _connector="XOR"),
                name="failed_signal_waits_or_is_dead",
            ),
        ),
        migrations.AddIndex(
            model_name="stagevisit",
            index=models.Index(
                condition=models.Q(("actor__isnull", False)), fields=["actor"], name="visit_by_actor"
            ),
        ),
        migrations.AddConstraint(
            model_name="stagevisit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "stage__in",
                        [
                            "SUBSCRIBER",
                            "LEAD",
                            "MQL",
                            "SAL",
                            "SQL",
                            "OPPORTUNITY",
                            "CUSTOMER",
                            "LOST",
                            "RECYCLED",
                            "DISQUALIFIED",
                        ],
                    )
                ),
                name="visit_stage_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="stagevisit",
            constraint=models.UniqueConstraint(
                fields=("lead", "stage", "number"), name="visit_numbered_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="stagevisit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("left_at__isnull", True)), fields=("lead",), name="visit_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="stagevisit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("actor__isnull", False), models.Q(("job", ""), _negated=True), _connector="OR"
                ),
                name="visit_names_who_moved_it",
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
        migrations.AddConstraint(
            model_name="team",
            constraint=models.CheckConstraint(
                condition=models.Q(("parent", models.F("id")), _negated=True),
                name="team_is_not_its_own_parent",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(fields=["team", "-id"], name="lead_by_team"),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("owner__isnull", False)), fields=["owner"], name="lead_by_owner"
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("stage__in", ["MQL", "SAL", "SQL", "OPPORTUNITY"])),
                fields=["stage"],
                name="lead_with_sales",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("phone", ""), _negated=True), fields=["phone"], name="lead_by_phone"
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("stage", "RECYCLED")), fields=["held_until"], name="lead_on_hold"
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)),
                fields=["merged_into"],
                name="lead_merged_into",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("erased_at__isnull", False)), fields=["erased_at"], name="lead_erased"
            ),
        ),
        migrations.AddConstraint(
            model_name="lead",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "stage__in",
                        [
                            "SUBSCRIBER",
                            "LEAD",
                            "MQL",
                            "SAL",
                            "SQL",
                            "OPPORTUNITY",
                            "CUSTOMER",
                            "LOST",
                            "RECYCLED",
                            "DISQUALIFIED",
                        ],
                    )
                ),
                name="lead_stage_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="lead",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("stage", "RECYCLED"), _negated=True),
                    ("held_until__isnull", False),
                    _connector="OR",
                ),
                name="lead_recycled_has_release",
            ),
        ),
        migrations.AddConstraint(
            model_name="lead",
            constraint=models.CheckConstraint(
                condition=models.Q(("merged_into", models.F("id")), _negated=True),
                name="lead_is_not_merged_into_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="lead",
            constraint=models.UniqueConstraint(fields=("email_key",), name="lead_email_once"),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("email"), name="user_email_unique_in_any_case"
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("role__in", ["SDR", "AE", "CSM", "MANAGER", "MARKETER", "OPS", "VIEWER"])
                ),
                name="user_role_known",
            ),
        ),
        migrations.AddIndex(
            model_name="timelineevent",
            index=models.Index(fields=["lead", "-at"], name="event_by_lead"),
        ),
        migrations.AddIndex(
            model_name="timelineevent",
            index=models.Index(
                condition=models.Q(("actor__isnull", False)), fields=["actor"], name="event_by_actor"
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookendpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(("person__isnull", True), ("team__isnull", True), _connector="OR"),
                name="webhook_is_of_one_or_many",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookendpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("is_on", True), _negated=True),
                    models.Q(("url", ""), _negated=True),
                    _connector="OR",
                ),
                name="webhook_on_has_address",
            ),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(fields=["endpoint", "-id"], name="webhook_delivery_log"),
        ),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(
                condition=models.Q(
                    ("dead_at__isnull", True), ("endpoint__isnull", True), ("sent_at__isnull", True)
                ),
                fields=["channel", "due_at"],
                name="outbox_letters_due",
            ),
        ),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(
                condition=models.Q(("undo_key", ""), _negated=True), fields=["undo_key"], name="outbox_undo"
            ),
        ),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(
                condition=models.Q(("endpoint__isnull", False)),
                fields=["endpoint"],
                name="outbox_by_endpoint",
            ),
        ),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(
                condition=models.Q(
                    ("dead_at__isnull", True), ("endpoint__isnull", False), ("sent_at__isnull", True)
                ),
                fields=["endpoint", "due_at"],
                name="outbox_webhooks_due",
            ),
        ),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(
                condition=models.Q(("dead_at__isnull", False)),
                fields=["endpoint", "kind"],
                name="outbox_webhooks_dead",
            ),
        ),
        migrations.AddConstraint(
            model_name="outboxmessage",
            constraint=models.UniqueConstraint(
                fields=("key", "channel", "recipient"), name="outbox_told_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="outboxmessage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("recipient__isnull", True)),
                fields=("key", "endpoint"),
                name="outbox_published_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="outboxmessage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("recipient__isnull", False), ("endpoint__isnull", False), _connector="OR"
                ),
                name="outbox_goes_somewhere",
            ),
        ),
        migrations.AddIndex(
            model_name="webhookseen",
            index=models.Index(fields=["signed_at"], name="webhook_seen_by_age"),
        ),
        migrations.AddConstraint(
            model_name="webhookseen",
            constraint=models.UniqueConstraint(
                fields=("source", "message_id", "signed_at"), name="webhook_taken_once_as_signed"
            ),
        ),
    ]
