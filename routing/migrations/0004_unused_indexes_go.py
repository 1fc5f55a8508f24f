"""Two indexes go that nothing read: another begins with the lead, and nobody asks for the clocks of a service level."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies: ClassVar = [
        ("leads", "0005_unused_indexes_go"),
        ("routing", "0003_stopped_clocks_by_kind"),
    ]

    operations: ClassVar = [
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS routing_attempt_lead_id_10522839",
            "CREATE INDEX CONCURRENTLY routing_attempt_lead_id_10522839 ON routing_attempt (lead_id)",
        ),
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS routing_clock_service_level_id_75806e71",
            "CREATE INDEX CONCURRENTLY routing_clock_service_level_id_75806e71 ON routing_clock (service_level_id)",
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="attempt",
                    name="lead",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attempts",
                        to="leads.lead",
                    ),
                ),
                migrations.AlterField(
                    model_name="clock",
                    name="service_level",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="routing.servicelevel",
                    ),
                ),
            ]
        ),
    ]
