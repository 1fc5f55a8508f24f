"""An index of what waits in a team for anybody, so that a rep's queue reads only that beside their own."""

from django.db import migrations, models

MADE = """
CREATE INDEX CONCURRENTLY "handoff_unassigned" ON "routing_handoff" ("team_id")
    WHERE ("assignee_id" IS NULL AND "status" = 'OPEN');
"""
DROPPED = 'DROP INDEX CONCURRENTLY "handoff_unassigned";'


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("routing", "0016_edits_are_told")]

    operations = [
        migrations.RunSQL(
            MADE,
            DROPPED,
            state_operations=[
                migrations.AddIndex(
                    model_name="handoff",
                    index=models.Index(
                        condition=models.Q(("assignee", None), ("status", "OPEN")),
                        fields=["team"],
                        name="handoff_unassigned",
                    ),
                )
            ],
        )
    ]
