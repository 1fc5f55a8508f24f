"""Lets every change of the reasons for a rejection be told, so that the queue keeps them from edition to edition."""

from django.db import migrations

TOLD = """
CREATE TRIGGER is_told AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE ON routing_rejectionreason
    FOR EACH STATEMENT EXECUTE FUNCTION operating_model_was_edited();
"""
UNTOLD = "DROP TRIGGER is_told ON routing_rejectionreason;"


class Migration(migrations.Migration):
    dependencies = [
        ("routing", "0017_handoffs_unassigned"),
        ("leads", "0027_editions_of_the_operating_model"),
    ]

    operations = [migrations.RunSQL(TOLD, UNTOLD)]
