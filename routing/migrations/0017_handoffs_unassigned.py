"""An index of what waits in a team for anybody, so that a rep's queue reads only that beside their own."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0025_people_and_companies_that_are_alike"),
        ("routing", "0016_edits_are_told"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(
                condition=models.Q(("assignee", None), ("status", "OPEN")),
                fields=["team"],
                name="handoff_unassigned",
            ),
        ),
    ]
