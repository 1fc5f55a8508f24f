"""Steps, templates and promises are never deleted, and a clock's lead is its hand-off's: none is looked up with each row.

Four indexes go with that: nobody asks for tasks by their step or template, nor for hand-offs by their rules or pool.
"""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

PROTECT = django.db.models.deletion.PROTECT


class Migration(migrations.Migration):
    atomic = False

    dependencies: ClassVar = [("routing", "0008_queue_by_index")]

    operations: ClassVar = [
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS routing_followup_step_id_e71828c1",
            "CREATE INDEX CONCURRENTLY routing_followup_step_id_e71828c1 ON routing_followup (step_id)",
        ),
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS routing_followup_template_id_3cdf55fa",
            "CREATE INDEX CONCURRENTLY routing_followup_template_id_3cdf55fa ON routing_followup (template_id)",
        ),
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS routing_handoff_rule_set_id_21f2c881",
            "CREATE INDEX CONCURRENTLY routing_handoff_rule_set_id_21f2c881 ON routing_handoff (rule_set_id)",
        ),
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS routing_handoff_pool_id_3c0024d8",
            "CREATE INDEX CONCURRENTLY routing_handoff_pool_id_3c0024d8 ON routing_handoff (pool_id)",
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="followup",
                    name="step",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=PROTECT,
                        related_name="+",
                        to="routing.cadencestep",
                    ),
                ),
                migrations.AlterField(
                    model_name="followup",
                    name="template",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=PROTECT,
                        related_name="+",
                        to="routing.mailtemplate",
                    ),
                ),
                migrations.AlterField(
                    model_name="handoff",
                    name="rule_set",
                    field=models.ForeignKey(
                        db_index=False, on_delete=PROTECT, related_name="+", to="routing.ruleset"
                    ),
                ),
                migrations.AlterField(
                    model_name="handoff",
                    name="pool",
                    field=models.ForeignKey(
                        db_index=False, null=True, on_delete=PROTECT, related_name="+", to="routing.pool"
                    ),
                ),
            ]
        ),
        migrations.AlterField(
            model_name="followup",
            name="step",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=PROTECT,
                related_name="+",
                to="routing.cadencestep",
            ),
        ),
        migrations.AlterField(
            model_name="followup",
            name="template",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=PROTECT,
                related_name="+",
                to="routing.mailtemplate",
            ),
        ),
        migrations.AlterField(
            model_name="clock",
            name="service_level",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=PROTECT,
                related_name="+",
                to="routing.servicelevel",
            ),
        ),
        migrations.AlterField(
            model_name="clock",
            name="lead",
            field=models.ForeignKey(
                db_constraint=False, on_delete=PROTECT, related_name="+", to="leads.lead"
            ),
        ),
    ]
