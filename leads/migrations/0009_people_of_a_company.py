"""The latest people of a company are read in their order, however many others came since."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from leads.concurrently import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies: ClassVar = [("leads", "0008_keys_in_one_index")]

    operations: ClassVar = [
        AddIndexConcurrently(
            model_name="lead", index=models.Index(fields=["account", "-id"], name="lead_by_account")
        ),
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS leads_lead_account_id_d7b48dfa",
            "CREATE INDEX CONCURRENTLY leads_lead_account_id_d7b48dfa ON leads_lead (account_id)",
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="lead",
                    name="account",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="people",
                        to="leads.account",
                    ),
                ),
            ]
        ),
    ]
