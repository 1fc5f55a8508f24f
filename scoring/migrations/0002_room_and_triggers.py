"""What models cannot say: scores with room beside them, published versions that never change, edits told."""

from django.db import migrations

# Half of each page stays free, so that a new score is written beside the old one.
SCORES_KEEP_ROOM = "ALTER TABLE scoring_score SET (fillfactor = 50)"
SCORES_ARE_PACKED = "ALTER TABLE scoring_score RESET (fillfactor)"

# The database itself refuses to change what a version said once it was published (SC-13).
PUBLISHED_NEVER_CHANGES = """
CREATE FUNCTION refuse_change_of_published_scorecard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status IN ('DRAFT', 'DISCARDED') THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'status' = to_jsonb(OLD) - 'status'
            AND (NEW.status = OLD.status OR (OLD.status = 'PUBLISHED' AND NEW.status = 'RETIRED')) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'What was published never changes: scorecard %.', OLD.version
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION refuse_change_of_published_rows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    published integer;
BEGIN
    SELECT version INTO published FROM scoring_scorecard
        WHERE status NOT IN ('DRAFT', 'DISCARDED')
            AND id IN (CASE TG_OP WHEN 'INSERT' THEN NEW.scorecard_id ELSE OLD.scorecard_id END,
                       CASE TG_OP WHEN 'DELETE' THEN OLD.scorecard_id ELSE NEW.scorecard_id END)
        LIMIT 1;
    IF published IS NOT NULL THEN
        RAISE EXCEPTION 'What was published never changes: scorecard %.', published
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER published_scorecard_never_changes BEFORE UPDATE OR DELETE ON scoring_scorecard
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_published_scorecard();
CREATE TRIGGER published_criterion_never_changes BEFORE INSERT OR UPDATE OR DELETE ON scoring_criterion
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_published_rows();
CREATE TRIGGER published_behaviour_never_changes BEFORE INSERT OR UPDATE OR DELETE ON scoring_behaviour
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_published_rows();
CREATE TRIGGER published_tier_never_changes BEFORE INSERT OR UPDATE OR DELETE ON scoring_tier
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_published_rows();
"""
PUBLISHED_CAN_CHANGE = """
DROP TRIGGER published_scorecard_never_changes ON scoring_scorecard;
DROP TRIGGER published_criterion_never_changes ON scoring_criterion;
DROP TRIGGER published_behaviour_never_changes ON scoring_behaviour;
DROP TRIGGER published_tier_never_changes ON scoring_tier;
DROP FUNCTION refuse_change_of_published_scorecard;
DROP FUNCTION refuse_change_of_published_rows;
"""

# Each publish is told, and the weekly move of the decay's epoch.
EDITS_ARE_TOLD = """
CREATE TRIGGER is_told AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE ON scoring_scorecard
    FOR EACH STATEMENT EXECUTE FUNCTION operating_model_was_edited();
CREATE TRIGGER is_told AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE ON scoring_decaystate
    FOR EACH STATEMENT EXECUTE FUNCTION operating_model_was_edited();
"""
EDITS_ARE_NOT_TOLD = """
DROP TRIGGER is_told ON scoring_decaystate;
DROP TRIGGER is_told ON scoring_scorecard;
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0002_partitions_and_triggers"), ("scoring", "0001_initial")]
    operations = [
        migrations.RunSQL(SCORES_KEEP_ROOM, SCORES_ARE_PACKED),
        migrations.RunSQL(PUBLISHED_NEVER_CHANGES, PUBLISHED_CAN_CHANGE),
        migrations.RunSQL(EDITS_ARE_TOLD, EDITS_ARE_NOT_TOLD),
    ]
