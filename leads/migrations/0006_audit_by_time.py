"""The audit is read by when a change was made, which is not always the order in which it was written down."""

from typing import ClassVar

from django.db import migrations, models

from leads.concurrently import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies: ClassVar = [("leads", "0005_unused_indexes_go")]

    operations: ClassVar = [
        AddIndexConcurrently(
            model_name="auditentry",
            index=models.Index(fields=["at", "id"], name="audit_by_time"),
        ),
    ]
