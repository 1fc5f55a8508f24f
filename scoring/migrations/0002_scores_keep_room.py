"""Leaves half of each page of the score table free, so that a new score is written beside the old one."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("scoring", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE scoring_score SET (fillfactor = 50)",
            "ALTER TABLE scoring_score RESET (fillfactor)",
        )
    ]
