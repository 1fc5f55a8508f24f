"""Of the people of a file those are kept who passed the gate by it, so that their number leads to them."""

from typing import ClassVar

from django.db import migrations, models
from django.db.models import Q

from leads.concurrently import AddIndexConcurrently

QUALIFIED = (
    "ALTER TABLE leads_importedlead ADD COLUMN IF NOT EXISTS has_qualified boolean DEFAULT false NOT NULL"
)
NOT_QUALIFIED = "ALTER TABLE leads_importedlead DROP COLUMN has_qualified"


class Migration(migrations.Migration):
    atomic = False

    dependencies: ClassVar = [("leads", "0012_touches_in_one_index")]

    operations: ClassVar = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(QUALIFIED, NOT_QUALIFIED)],
            state_operations=[
                migrations.AddField(
                    model_name="importedlead",
                    name="has_qualified",
                    field=models.BooleanField(db_default=False, default=False),
                )
            ],
        ),
        AddIndexConcurrently(
            model_name="importedlead",
            index=models.Index(
                fields=["file_import", "lead"],
                condition=Q(has_qualified=True),
                name="imported_lead_qualified",
            ),
        ),
    ]
