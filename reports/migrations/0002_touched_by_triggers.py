"""Lets every change of a counted row mark its quarter of an hour, and of a running clock the sixteen ids around it.

A quarter of an hour lies in one day whatever the time zone; both keep the marks of a bulk load few, and what has to
be read again for one of them little.
"""

from django.db import migrations

MARK = """
CREATE FUNCTION reports_quarter(at timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT date_bin('15 minutes', at, TIMESTAMPTZ '2000-01-01 00:00:00+00')
$$;

CREATE FUNCTION reports_mark_clocks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        WITH running AS (
            INSERT INTO reports_touchedclocks (bucket) SELECT DISTINCT id >> 4 FROM came WHERE stopped_at IS NULL
        )
        INSERT INTO reports_touched (measure, at)
        SELECT DISTINCT kind, reports_quarter(started_at) FROM came WHERE stopped_at IS NOT NULL;
    ELSIF TG_OP = 'DELETE' THEN
        WITH running AS (
            INSERT INTO reports_touchedclocks (bucket) SELECT DISTINCT id >> 4 FROM went WHERE stopped_at IS NULL
        )
        INSERT INTO reports_touched (measure, at)
        SELECT DISTINCT kind, reports_quarter(started_at) FROM went WHERE stopped_at IS NOT NULL;
    ELSE
        WITH mark AS (
            SELECT mark.*, went.id
            FROM went JOIN came USING (id)
            CROSS JOIN LATERAL (
                VALUES (went.kind, went.started_at, went.stopped_at), (came.kind, came.started_at, came.stopped_at)
            ) AS mark (measure, at, stopped_at)
            WHERE ROW(
                went.kind, went.started_at, went.due_at, went.stopped_at,
                went.holder_id, went.team_id, went.tier, went.handoff_id
            ) IS DISTINCT FROM ROW(
                came.kind, came.started_at, came.due_at, came.stopped_at,
                came.holder_id, came.team_id, came.tier, came.handoff_id
            )
        ), running AS (
            INSERT INTO reports_touchedclocks (bucket) SELECT DISTINCT id >> 4 FROM mark WHERE stopped_at IS NULL
        )
        INSERT INTO reports_touched (measure, at)
        SELECT DISTINCT measure, reports_quarter(at) FROM mark WHERE stopped_at IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION reports_mark_handoffs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO reports_touched (measure, at)
        SELECT DISTINCT mark.measure, reports_quarter(mark.at)
        FROM came CROSS JOIN LATERAL reports_marks_of(captured_at, assigned_at, first_contact_at, decided_at) AS mark;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO reports_touched (measure, at)
        SELECT DISTINCT mark.measure, reports_quarter(mark.at)
        FROM went CROSS JOIN LATERAL reports_marks_of(captured_at, assigned_at, first_contact_at, decided_at) AS mark;
    ELSE
        INSERT INTO reports_touched (measure, at)
        SELECT DISTINCT mark.measure, reports_quarter(mark.at)
        FROM went JOIN came USING (id)
        CROSS JOIN LATERAL (
            SELECT * FROM reports_marks_of(
                went.captured_at, went.assigned_at, went.first_contact_at, went.decided_at
            )
            UNION ALL
            SELECT * FROM reports_marks_of(
                came.captured_at, came.assigned_at, came.first_contact_at, came.decided_at
            )
            UNION ALL
            SELECT kind, started_at FROM routing_clock
            WHERE handoff_id = came.id AND stopped_at IS NOT NULL AND went.source <> came.source
        ) AS mark (measure, at)
        WHERE ROW(
            went.kind, went.status, went.tier, went.source, went.assignee_id, went.team_id, went.captured_at,
            went.qualified_at, went.assigned_at, went.first_contact_at, went.decided_at
        ) IS DISTINCT FROM ROW(
            came.kind, came.status, came.tier, came.source, came.assignee_id, came.team_id, came.captured_at,
            came.qualified_at, came.assigned_at, came.first_contact_at, came.decided_at
        );
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION reports_marks_of(
    captured_at timestamptz, assigned_at timestamptz, first_contact_at timestamptz, decided_at timestamptz
) RETURNS TABLE (measure text, at timestamptz) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT 'ASSIGNMENT', captured_at WHERE assigned_at IS NOT NULL
    UNION ALL SELECT 'CONTACT', captured_at WHERE first_contact_at IS NOT NULL
    UNION ALL SELECT 'TOUCH', captured_at WHERE assigned_at IS NOT NULL AND first_contact_at IS NOT NULL
    UNION ALL SELECT 'DECISION', decided_at WHERE decided_at IS NOT NULL
$$;

CREATE FUNCTION reports_mark_running() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reports_touchedclocks (bucket)
    SELECT DISTINCT id >> 4 FROM routing_clock WHERE handoff_id = NEW.id AND stopped_at IS NULL;
    RETURN NULL;
END $$;

CREATE TRIGGER clocks_came AFTER INSERT ON routing_clock REFERENCING NEW TABLE AS came
    FOR EACH STATEMENT EXECUTE FUNCTION reports_mark_clocks();
CREATE TRIGGER clocks_changed AFTER UPDATE ON routing_clock REFERENCING OLD TABLE AS went NEW TABLE AS came
    FOR EACH STATEMENT EXECUTE FUNCTION reports_mark_clocks();
CREATE TRIGGER clocks_went AFTER DELETE ON routing_clock REFERENCING OLD TABLE AS went
    FOR EACH STATEMENT EXECUTE FUNCTION reports_mark_clocks();
CREATE TRIGGER handoffs_came AFTER INSERT ON routing_handoff REFERENCING NEW TABLE AS came
    FOR EACH STATEMENT EXECUTE FUNCTION reports_mark_handoffs();
CREATE TRIGGER handoffs_changed AFTER UPDATE ON routing_handoff REFERENCING OLD TABLE AS went NEW TABLE AS came
    FOR EACH STATEMENT EXECUTE FUNCTION reports_mark_handoffs();
CREATE TRIGGER handoffs_went AFTER DELETE ON routing_handoff REFERENCING OLD TABLE AS went
    FOR EACH STATEMENT EXECUTE FUNCTION reports_mark_handoffs();
CREATE TRIGGER source_changed AFTER UPDATE OF source ON routing_handoff
    FOR EACH ROW WHEN (OLD.source <> NEW.source) EXECUTE FUNCTION reports_mark_running();
"""
UNMARK = """
DROP TRIGGER source_changed ON routing_handoff;
DROP TRIGGER handoffs_went ON routing_handoff;
DROP TRIGGER handoffs_changed ON routing_handoff;
DROP TRIGGER handoffs_came ON routing_handoff;
DROP TRIGGER clocks_went ON routing_clock;
DROP TRIGGER clocks_changed ON routing_clock;
DROP TRIGGER clocks_came ON routing_clock;
DROP FUNCTION reports_mark_running;
DROP FUNCTION reports_mark_handoffs;
DROP FUNCTION reports_mark_clocks;
DROP FUNCTION reports_marks_of;
DROP FUNCTION reports_quarter;
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial"), ("routing", "0001_initial")]

    operations = [migrations.RunSQL(MARK, UNMARK)]
