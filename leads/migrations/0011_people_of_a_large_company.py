"""Of a company with thousands of people those are found at once who are in somebody's hands, or bear a name."""

from typing import ClassVar

from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Upper

from leads.concurrently import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies: ClassVar = [("leads", "0010_moves_in_place")]

    operations: ClassVar = [
        AddIndexConcurrently(
            model_name="lead",
            index=models.Index(
                fields=["account", "id"], condition=Q(owner__isnull=False), name="lead_in_hand"
            ),
        ),
        AddIndexConcurrently(
            model_name="lead",
            index=models.Index(
                "account",
                Upper("last_name"),
                Upper("first_name"),
                condition=Q(merged_into__isnull=True) & ~Q(last_name=""),
                name="lead_namesakes",
            ),
        ),
    ]
