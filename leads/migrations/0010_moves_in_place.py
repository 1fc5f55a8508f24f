"""A lead's move writes none of the indexes of leads: who stands with sales is found by the open visits.

A new version of a row that changes nothing indexed goes where the old one lies, as long as its page has room.
"""

from typing import ClassVar

from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

from leads.concurrently import AddIndexConcurrently

WITH_SALES = ["MQL", "SAL", "SQL", "OPPORTUNITY"]


class Migration(migrations.Migration):
    atomic = False

    dependencies: ClassVar = [("leads", "0009_people_of_a_company")]

    operations: ClassVar = [
        AddIndexConcurrently(
            model_name="stagevisit",
            index=models.Index(
                fields=["stage", "lead"],
                condition=Q(left_at__isnull=True, stage__in=WITH_SALES),
                name="visit_with_sales",
            ),
        ),
        AddIndexConcurrently(
            model_name="lead",
            index=models.Index(
                fields=["held_until"], condition=Q(held_until__isnull=False), name="lead_held"
            ),
        ),
        RemoveIndexConcurrently(model_name="lead", name="lead_with_sales"),
        RemoveIndexConcurrently(model_name="lead", name="lead_on_hold"),
        migrations.RunSQL(
            "ALTER TABLE leads_lead SET (fillfactor = 90)", "ALTER TABLE leads_lead RESET (fillfactor)"
        ),
    ]
