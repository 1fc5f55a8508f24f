"""The lead of a key is no longer looked up with each key that is stored: four of them came with every lead."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("leads", "0002_partitions_and_triggers")]

    operations: ClassVar = [
        migrations.AlterField(
            model_name="identitykey",
            name="lead",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="identity_keys",
                to="leads.lead",
            ),
        ),
    ]
