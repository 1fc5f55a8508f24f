"""Lets every publish of a scorecard be told; what a version says never changes once it is published."""

from django.db import migrations

TOLD = """
CREATE TRIGGER is_told AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE ON scoring_scorecard
    FOR EACH STATEMENT EXECUTE FUNCTION operating_model_was_edited();
"""
UNTOLD = "DROP TRIGGER is_told ON scoring_scorecard;"


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0027_editions_of_the_operating_model"),
        ("scoring", "0006_published_scorecards_never_change"),
    ]

    operations = [migrations.RunSQL(TOLD, UNTOLD)]
