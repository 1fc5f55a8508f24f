"""A scorecard that scores anybody was published and is never deleted: it is not looked up with each score."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("scoring", "0002_room_and_triggers")]

    operations: ClassVar = [
        migrations.AlterField(
            model_name="score",
            name="scorecard",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="scoring.scorecard",
            ),
        ),
    ]
