"""Lets the weekly move of the decay's epoch be told, so that pages keep it from edition to edition."""

from django.db import migrations

TOLD = """
CREATE TRIGGER is_told AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE ON scoring_decaystate
    FOR EACH STATEMENT EXECUTE FUNCTION operating_model_was_edited();
"""
UNTOLD = "DROP TRIGGER is_told ON scoring_decaystate;"


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0027_editions_of_the_operating_model"),
        ("scoring", "0007_edits_are_told"),
    ]

    operations = [migrations.RunSQL(TOLD, UNTOLD)]
