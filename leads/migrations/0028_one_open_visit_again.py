"""Brings back the index that lets a lead stand at one stage: dropping the one of its lead alone took it along."""

from django.db import migrations

AGAIN = (
    "CREATE UNIQUE INDEX IF NOT EXISTS visit_one_open ON leads_stagevisit (lead_id) WHERE left_at IS NULL;"
)


class Migration(migrations.Migration):
    dependencies = [("leads", "0027_editions_of_the_operating_model")]

    operations = [migrations.RunSQL(AGAIN, migrations.RunSQL.noop)]
