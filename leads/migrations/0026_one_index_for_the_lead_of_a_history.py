"""Drops indexes of a lead alone where one of the lead and its order begins with it: each write has one less to keep."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0025_people_and_companies_that_are_alike"),
    ]

    operations = [
        migrations.AlterField(
            model_name="stagevisit",
            name="lead",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="visits",
                to="leads.lead",
            ),
        ),
        migrations.AlterField(
            model_name="timelineevent",
            name="lead",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="leads.lead",
            ),
        ),
    ]
