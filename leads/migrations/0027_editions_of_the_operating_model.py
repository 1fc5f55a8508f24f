"""Lets every change of what intake and routing remember be told by one number, whoever makes the change."""

from django.db import migrations, models

TOLD = """
CREATE FUNCTION operating_model_was_edited() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO leads_operatingmodeledit DEFAULT VALUES;
    RETURN NULL;
END $$;

CREATE TRIGGER is_told AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE ON leads_source
    FOR EACH STATEMENT EXECUTE FUNCTION operating_model_was_edited();
CREATE TRIGGER is_told AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE OF source_id, hashed, revoked_at ON leads_apikey
    FOR EACH STATEMENT EXECUTE FUNCTION operating_model_was_edited();
CREATE TRIGGER is_told AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE ON leads_signaltype
    FOR EACH STATEMENT EXECUTE FUNCTION operating_model_was_edited();
CREATE TRIGGER is_told AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE ON leads_campaign
    FOR EACH STATEMENT EXECUTE FUNCTION operating_model_was_edited();
CREATE TRIGGER is_told AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE ON leads_factorder
    FOR EACH STATEMENT EXECUTE FUNCTION operating_model_was_edited();
CREATE TRIGGER is_told AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE ON leads_revenuecycle
    FOR EACH STATEMENT EXECUTE FUNCTION operating_model_was_edited();
CREATE TRIGGER is_told AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE ON leads_noticesettings
    FOR EACH STATEMENT EXECUTE FUNCTION operating_model_was_edited();
CREATE TRIGGER is_told AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE ON leads_team
    FOR EACH STATEMENT EXECUTE FUNCTION operating_model_was_edited();
CREATE TRIGGER is_told
    AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE OF email, name, role, team_id, time_zone, is_active ON leads_user
    FOR EACH STATEMENT EXECUTE FUNCTION operating_model_was_edited();
CREATE TRIGGER is_told
    AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE OF kinds, team_id, person_id, is_on ON leads_webhookendpoint
    FOR EACH STATEMENT EXECUTE FUNCTION operating_model_was_edited();
"""
UNTOLD = """
DROP TRIGGER is_told ON leads_webhookendpoint;
DROP TRIGGER is_told ON leads_user;
DROP TRIGGER is_told ON leads_team;
DROP TRIGGER is_told ON leads_noticesettings;
DROP TRIGGER is_told ON leads_revenuecycle;
DROP TRIGGER is_told ON leads_factorder;
DROP TRIGGER is_told ON leads_campaign;
DROP TRIGGER is_told ON leads_signaltype;
DROP TRIGGER is_told ON leads_apikey;
DROP TRIGGER is_told ON leads_source;
DROP FUNCTION operating_model_was_edited;
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0026_one_index_for_the_lead_of_a_history")]

    operations = [
        migrations.CreateModel(
            name="OperatingModelEdit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                )
            ],
        ),
        migrations.RunSQL(TOLD, UNTOLD),
    ]
