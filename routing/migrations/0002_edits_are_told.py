"""Lets every change of rules, promises, reasons, calendars, reps and pools be told; turns and absences are always read anew."""

from django.db import migrations

EDITS_ARE_TOLD = """
CREATE TRIGGER is_told AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE ON routing_ruleset
    FOR EACH STATEMENT EXECUTE FUNCTION operating_model_was_edited();
CREATE TRIGGER is_told AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE ON routing_routingrule
    FOR EACH STATEMENT EXECUTE FUNCTION operating_model_was_edited();
CREATE TRIGGER is_told AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE ON routing_pool
    FOR EACH STATEMENT EXECUTE FUNCTION operating_model_was_edited();
CREATE TRIGGER is_told AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE ON routing_rep
    FOR EACH STATEMENT EXECUTE FUNCTION operating_model_was_edited();
CREATE TRIGGER is_told AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE ON routing_territory
    FOR EACH STATEMENT EXECUTE FUNCTION operating_model_was_edited();
CREATE TRIGGER is_told AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE ON routing_servicelevel
    FOR EACH STATEMENT EXECUTE FUNCTION operating_model_was_edited();
CREATE TRIGGER is_told AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE ON routing_ladderstep
    FOR EACH STATEMENT EXECUTE FUNCTION operating_model_was_edited();
CREATE TRIGGER is_told AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE ON routing_businesscalendar
    FOR EACH STATEMENT EXECUTE FUNCTION operating_model_was_edited();
CREATE TRIGGER is_told AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE ON routing_cadence
    FOR EACH STATEMENT EXECUTE FUNCTION operating_model_was_edited();
CREATE TRIGGER is_told AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE ON routing_cadencestep
    FOR EACH STATEMENT EXECUTE FUNCTION operating_model_was_edited();
CREATE TRIGGER is_told AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE ON routing_rejectionreason
    FOR EACH STATEMENT EXECUTE FUNCTION operating_model_was_edited();
"""
EDITS_ARE_NOT_TOLD = """
DROP TRIGGER is_told ON routing_rejectionreason;
DROP TRIGGER is_told ON routing_cadencestep;
DROP TRIGGER is_told ON routing_cadence;
DROP TRIGGER is_told ON routing_businesscalendar;
DROP TRIGGER is_told ON routing_ladderstep;
DROP TRIGGER is_told ON routing_servicelevel;
DROP TRIGGER is_told ON routing_territory;
DROP TRIGGER is_told ON routing_rep;
DROP TRIGGER is_told ON routing_pool;
DROP TRIGGER is_told ON routing_routingrule;
DROP TRIGGER is_told ON routing_ruleset;
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0002_partitions_and_triggers"), ("routing", "0001_initial")]

    operations = [migrations.RunSQL(EDITS_ARE_TOLD, EDITS_ARE_NOT_TOLD)]
