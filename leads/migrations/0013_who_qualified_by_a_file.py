"""Of the people of a file those are kept who passed the gate by it, so that their number leads to them."""

from typing import ClassVar

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False

    dependencies: ClassVar = [("leads", "0012_touches_in_one_index")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="importedlead",
            name="has_qualified",
            field=models.BooleanField(db_default=False, default=False),
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
