"""Four indexes of cadences go: others begin with the lead and with the enrolment, and nobody asks who began or did one."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

PERSON = {"on_delete": django.db.models.deletion.PROTECT, "related_name": "+", "to": settings.AUTH_USER_MODEL}


class Migration(migrations.Migration):
    atomic = False

    dependencies: ClassVar = [("routing", "0006_steps_to_come_by_time")]

    operations: ClassVar = [
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS routing_enrolment_lead_id_ba5f0114",
            "CREATE INDEX CONCURRENTLY routing_enrolment_lead_id_ba5f0114 ON routing_enrolment (lead_id)",
        ),
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS routing_enrolment_started_by_id_03091eac",
            "CREATE INDEX CONCURRENTLY routing_enrolment_started_by_id_03091eac ON routing_enrolment (started_by_id)",
        ),
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS routing_followup_enrolment_id_4b7403a4",
            "CREATE INDEX CONCURRENTLY routing_followup_enrolment_id_4b7403a4 ON routing_followup (enrolment_id)",
        ),
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS routing_followup_done_by_id_8cf950bf",
            "CREATE INDEX CONCURRENTLY routing_followup_done_by_id_8cf950bf ON routing_followup (done_by_id)",
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="enrolment",
                    name="lead",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enrolments",
                        to="leads.lead",
                    ),
                ),
                migrations.AlterField(
                    model_name="enrolment",
                    name="started_by",
                    field=models.ForeignKey(db_index=False, null=True, **PERSON),
                ),
                migrations.AlterField(
                    model_name="followup",
                    name="enrolment",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="routing.enrolment",
                    ),
                ),
                migrations.AlterField(
                    model_name="followup",
                    name="done_by",
                    field=models.ForeignKey(db_index=False, null=True, **PERSON),
                ),
            ]
        ),
    ]
