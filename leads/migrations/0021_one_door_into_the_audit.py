"""Lets an erasure under way, and nothing else, take personal words out of the audit; nobody empties the table."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

ONE_DOOR = """
CREATE OR REPLACE FUNCTION refuse_change_of_audit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    erasing bigint := nullif(current_setting('baton.erasure', true), '')::bigint;
BEGIN
    IF TG_OP = 'UPDATE' AND erasing IS NOT NULL
        AND (OLD.id, OLD.at, OLD.action, OLD.subject, OLD.actor_id, OLD.job, OLD.came_from)
            IS NOT DISTINCT FROM (NEW.id, NEW.at, NEW.action, NEW.subject, NEW.actor_id, NEW.job, NEW.came_from)
        AND EXISTS (SELECT FROM leads_erasure WHERE id = erasing AND done_at IS NULL)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'The audit is only ever added to.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_is_never_emptied BEFORE TRUNCATE ON leads_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit();
"""
NO_DOOR = """
DROP TRIGGER audit_is_never_emptied ON leads_auditentry;
CREATE OR REPLACE FUNCTION refuse_change_of_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit is only ever added to.' USING ERRCODE = 'restrict_violation';
END $$;
"""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("leads", "0020_personal_data"),
    ]

    operations = [
        migrations.RunSQL(ONE_DOOR, NO_DOOR),
        AddIndexConcurrently(
            model_name="lead",
            index=models.Index(
                fields=["erased_at"], condition=models.Q(erased_at__isnull=False), name="lead_erased"
            ),
        ),
    ]
