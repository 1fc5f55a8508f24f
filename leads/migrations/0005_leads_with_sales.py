"""Finds the leads in sales' hands without reading all of them, built while others work."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("leads", "0004_accounts_that_are_scored")]

    operations = [
        AddIndexConcurrently(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("stage__in", ["MQL", "SAL", "SQL", "OPPORTUNITY"])),
                fields=["stage"],
                name="lead_with_sales",
            ),
        ),
    ]
