"""Gives the application, whose role may not change the audit, the one function by which an erasure takes words out."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION take_words_out_of_audit(entry bigint, new_text text, new_before jsonb, new_after jsonb)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE leads_auditentry SET text = new_text, before = new_before, after = new_after WHERE id = entry
$$;
"""
NO_FUNCTION = "DROP FUNCTION take_words_out_of_audit;"


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0023_people_sign_in_and_out"),
    ]

    operations = [
        migrations.RunSQL(FUNCTION, NO_FUNCTION),
    ]
