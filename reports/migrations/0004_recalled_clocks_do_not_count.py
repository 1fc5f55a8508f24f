"""The clocks of a hand-off that is recalled leave what was counted: they mark their weeks, as where its source changes."""

from django.db import migrations

MARK = """
CREATE OR REPLACE FUNCTION reports_mark_handoffs() RETURNS trigger LANGUAGE plpgsql AS $$
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
            WHERE handoff_id = came.id AND stopped_at IS NOT NULL AND {changed}
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
"""
SOURCE = "went.source <> came.source"
STATUS = "(went.status = 'RECALLED') <> (came.status = 'RECALLED')"


class Migration(migrations.Migration):
    dependencies = [("reports", "0003_episode_is_judged"), ("routing", "0001_initial")]

    operations = [
        migrations.RunSQL(
            MARK.replace("{changed}", f"({SOURCE} OR {STATUS})"), MARK.replace("{changed}", SOURCE)
        ),
    ]
