"""No lead and no enrolment is ever deleted: neither is looked up with each task that names it."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

PROTECT = django.db.models.deletion.PROTECT


class Migration(migrations.Migration):
    atomic = False  # each constraint goes in a moment of its own

    dependencies: ClassVar = [("leads", "0012_histories_look_nobody_up"), ("routing", "0009_what_never_goes")]

    operations: ClassVar = [
        migrations.AlterField(
            model_name="followup",
            name="enrolment",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=PROTECT,
                related_name="follow_ups",
                to="routing.enrolment",
            ),
        ),
        migrations.AlterField(
            model_name="followup",
            name="lead",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=PROTECT,
                related_name="follow_ups",
                to="leads.lead",
            ),
        ),
    ]
