"""Lets the database itself refuse to change what a version said once it was published (SC-13)."""

from django.db import migrations, models

REFUSE_CHANGES = """
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
ALLOW_CHANGES = """
DROP TRIGGER published_scorecard_never_changes ON scoring_scorecard;
DROP TRIGGER published_criterion_never_changes ON scoring_criterion;
DROP TRIGGER published_behaviour_never_changes ON scoring_behaviour;
DROP TRIGGER published_tier_never_changes ON scoring_tier;
DROP FUNCTION refuse_change_of_published_scorecard;
DROP FUNCTION refuse_change_of_published_rows;
"""
UNPUBLISHED = ("status__in", ["DRAFT", "DISCARDED"])
GRADES_FALL = models.Q(
    ("grade_a__lte", 100), ("grade_b__lte", models.F("grade_a")), ("grade_c__lte", models.F("grade_b"))
)


class Migration(migrations.Migration):
    dependencies = [("scoring", "0005_fit_moves_by_facts_or_version")]

    operations = [
        migrations.RemoveConstraint(model_name="scorecard", name="scorecard_published_has_date"),
        migrations.RemoveConstraint(model_name="scorecard", name="scorecard_grades_in_order"),
        migrations.AlterField(
            model_name="scorecard",
            name="status",
            field=models.CharField(
                choices=[
                    ("DRAFT", "Draft"),
                    ("PUBLISHED", "Published"),
                    ("RETIRED", "Retired"),
                    ("DISCARDED", "Discarded"),
                ],
                default="DRAFT",
                max_length=9,
            ),
        ),
        migrations.AddConstraint(
            model_name="scorecard",
            constraint=models.CheckConstraint(
                condition=models.Q(UNPUBLISHED, ("published_at__isnull", False), _connector="OR"),
                name="scorecard_has_date_once_published",
            ),
        ),
        migrations.AddConstraint(
            model_name="scorecard",
            constraint=models.CheckConstraint(
                condition=models.Q(UNPUBLISHED, GRADES_FALL, _connector="OR"), name="scorecard_grades_fall"
            ),
        ),
        migrations.RunSQL(REFUSE_CHANGES, ALLOW_CHANGES),
    ]
