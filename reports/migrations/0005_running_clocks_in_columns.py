"""Keeps the running clocks in columns too, and lets every change of one mark the sixteen ids around it.

Sixteen ids keep the marks of a bulk load few, and what has to be read again for one of them little.
"""

import uuid

from django.db import migrations, models

MARK = """
CREATE OR REPLACE FUNCTION reports_mark_clocks() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE FUNCTION reports_mark_running() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reports_touchedclocks (bucket)
    SELECT DISTINCT id >> 4 FROM routing_clock WHERE handoff_id = NEW.id AND stopped_at IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER source_changed AFTER UPDATE OF source ON routing_handoff
    FOR EACH ROW WHEN (OLD.source <> NEW.source) EXECUTE FUNCTION reports_mark_running();

INSERT INTO reports_touchedclocks (bucket)
SELECT DISTINCT id >> 4 FROM routing_clock WHERE stopped_at IS NULL;
"""
UNMARK = """
DROP TRIGGER source_changed ON routing_handoff;
DROP FUNCTION reports_mark_running;
CREATE OR REPLACE FUNCTION reports_mark_clocks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO reports_touched (measure, at)
        SELECT DISTINCT kind, reports_quarter(started_at) FROM came WHERE stopped_at IS NOT NULL;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO reports_touched (measure, at)
        SELECT DISTINCT kind, reports_quarter(started_at) FROM went WHERE stopped_at IS NOT NULL;
    ELSE
        INSERT INTO reports_touched (measure, at)
        SELECT DISTINCT mark.measure, reports_quarter(mark.at)
        FROM went JOIN came USING (id)
        CROSS JOIN LATERAL (
            VALUES (went.kind, went.started_at, went.stopped_at), (came.kind, came.started_at, came.stopped_at)
        ) AS mark (measure, at, stopped_at)
        WHERE mark.stopped_at IS NOT NULL AND ROW(
            went.kind, went.started_at, went.due_at, went.stopped_at,
            went.holder_id, went.team_id, went.tier, went.handoff_id
        ) IS DISTINCT FROM ROW(
            came.kind, came.started_at, came.due_at, came.stopped_at,
            came.holder_id, came.team_id, came.tier, came.handoff_id
        );
    END IF;
    RETURN NULL;
END $$;
"""
ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [("reports", "0004_goals"), ("routing", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="TouchedClocks", fields=[("id", ID), ("bucket", models.BigIntegerField())]
        ),
        migrations.CreateModel(
            name="PackedClocks",
            fields=[
                ("id", ID.clone()),
                ("chunk", models.BigIntegerField(unique=True)),
                ("filling", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("clocks", models.PositiveIntegerField(default=0)),
                ("legend", models.JSONField(default=dict)),
                ("columns", models.BinaryField(default=b"")),
                ("filled_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RunSQL(MARK, UNMARK),
    ]
