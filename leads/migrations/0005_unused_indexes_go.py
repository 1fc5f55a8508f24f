"""Three indexes go that nothing read: others begin with the same column, and nobody asks for the letters of a person."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies: ClassVar = [
        ("leads", "0004_rows_that_are_in"),
    ]

    operations: ClassVar = [
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS leads_consentrecord_lead_id_26857d05",
            "CREATE INDEX CONCURRENTLY leads_consentrecord_lead_id_26857d05 ON leads_consentrecord (lead_id)",
        ),
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS leads_outboxmessage_recipient_id_3bd3f5bc",
            "CREATE INDEX CONCURRENTLY leads_outboxmessage_recipient_id_3bd3f5bc ON leads_outboxmessage (recipient_id)",
        ),
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS leads_signalreceipt_source_id_05f2ba98",
            "CREATE INDEX CONCURRENTLY leads_signalreceipt_source_id_05f2ba98 ON leads_signalreceipt (source_id)",
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="consentrecord",
                    name="lead",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="leads.lead",
                    ),
                ),
                migrations.AlterField(
                    model_name="outboxmessage",
                    name="recipient",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AlterField(
                    model_name="signalreceipt",
                    name="source",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="leads.source",
                    ),
                ),
            ]
        ),
    ]
