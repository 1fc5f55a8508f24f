"""Drops indexes of a lead alone where one of the lead and its order begins with it: each write has one less to keep."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0026_one_index_for_the_lead_of_a_history"),
        ("routing", "0014_moves_can_be_taken_back"),
    ]

    operations = [
        migrations.AlterField(
            model_name="handoff",
            name="lead",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="handoffs",
                to="leads.lead",
            ),
        ),
    ]
