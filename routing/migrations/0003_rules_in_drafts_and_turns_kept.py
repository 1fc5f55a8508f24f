"""Lets rules be drafted, keeps every turn of a rotation, and says by which rule and pool a hand-off was placed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

DUPLICATES_GIVE_BACK = "UPDATE routing_rejectionreason SET gives_turn_back = true WHERE outcome = 'MERGE'"


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0007_accounts_have_a_csm"),
        ("routing", "0002_indexes_for_reports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
            ],
        ),
        migrations.RemoveConstraint(
            model_name="routingrule",
            name="rule_target_is_complete",
        ),
        migrations.AddField(
            model_name="handoff",
            name="pool",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="routing.pool"
            ),
        ),
        migrations.AddField(
            model_name="handoff",
            name="rule_name",
            field=models.CharField(blank=True, db_default="", max_length=100),
        ),
        migrations.AddField(
            model_name="rejectionreason",
            name="gives_turn_back",
            field=models.BooleanField(default=False),
        ),
        migrations.RunSQL(DUPLICATES_GIVE_BACK, migrations.RunSQL.noop, elidable=True),
        migrations.AddField(
            model_name="ruleset",
            name="based_on",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="routing.ruleset"
            ),
        ),
        migrations.AddField(
            model_name="ruleset",
            name="created_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="ruleset",
            name="revision",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="routingrule",
            name="target",
            field=models.CharField(
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
        migrations.AddConstraint(
            model_name="ruleset",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "DRAFT")), fields=("status",), name="rule_set_one_draft"
            ),
        ),
        migrations.AddField(
            model_name="turn",
            name="lead",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="leads.lead"
            ),
        ),
        migrations.AddField(
            model_name="turn",
            name="pool",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="turns", to="routing.pool"
            ),
        ),
        migrations.AddField(
            model_name="turn",
            name="rep",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="routing.rep"
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
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(fields=["-qualified_at", "-id"], name="handoff_by_time"),
        ),
    ]
