"""Brings back the index that lets a lead have one open hand-off: dropping the one of its lead alone took it along."""

from django.db import migrations

AGAIN = "CREATE UNIQUE INDEX IF NOT EXISTS handoff_one_open_a_lead ON routing_handoff (lead_id) WHERE status = 'OPEN';"


class Migration(migrations.Migration):
    dependencies = [("routing", "0018_reasons_are_told")]

    operations = [migrations.RunSQL(AGAIN, migrations.RunSQL.noop)]
