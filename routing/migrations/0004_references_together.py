"""What many clocks or steps name is looked up once for all of them, and locked as foreign keys would lock it.

A foreign key is looked up for each row: a hand-off has three clocks with five references and nine steps with one, and
these were a quarter of what PostgreSQL spent on handing a lead over. Now each statement asks for each different id.
"""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Whoever writes a row holds what it names until the transaction ends; who is not there, or is being deleted, is an error.
NAMES_WHAT_IS_THERE = """
CREATE FUNCTION routing_nobody_there(child text, parent text, id bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'insert or update on table "%" names % in table "%", which is not there', child, id, parent
        USING ERRCODE = 'foreign_key_violation';
END $$;

CREATE FUNCTION routing_clocks_name_what_is_there() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM routing_nobody_there('routing_clock', parent, id) FROM (
        SELECT 'routing_handoff' AS parent, id FROM (SELECT DISTINCT handoff_id AS id FROM came) AS named
        WHERE NOT EXISTS (SELECT FROM routing_handoff AS kept WHERE kept.id = named.id FOR KEY SHARE)
        UNION ALL
        SELECT 'leads_lead', id FROM (SELECT DISTINCT lead_id AS id FROM came) AS named
        WHERE NOT EXISTS (SELECT FROM leads_lead AS kept WHERE kept.id = named.id FOR KEY SHARE)
        UNION ALL
        SELECT 'leads_user', id FROM (SELECT DISTINCT holder_id AS id FROM came WHERE holder_id IS NOT NULL) AS named
        WHERE NOT EXISTS (SELECT FROM leads_user AS kept WHERE kept.id = named.id FOR KEY SHARE)
        UNION ALL
        SELECT 'leads_team', id FROM (SELECT DISTINCT team_id AS id FROM came WHERE team_id IS NOT NULL) AS named
        WHERE NOT EXISTS (SELECT FROM leads_team AS kept WHERE kept.id = named.id FOR KEY SHARE)
        UNION ALL
        SELECT 'routing_servicelevel', id FROM (SELECT DISTINCT service_level_id AS id FROM came) AS named
        WHERE NOT EXISTS (SELECT FROM routing_servicelevel AS kept WHERE kept.id = named.id FOR KEY SHARE)
    ) AS missing;
    RETURN NULL;
END $$;

CREATE FUNCTION routing_steps_name_what_is_there() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM routing_nobody_there('routing_clockstep', 'routing_clock', id)
    FROM (SELECT DISTINCT clock_id AS id FROM came) AS named
    WHERE NOT EXISTS (SELECT FROM routing_clock AS kept WHERE kept.id = named.id FOR KEY SHARE);
    RETURN NULL;
END $$;

CREATE TRIGGER names_what_is_there AFTER INSERT ON routing_clock REFERENCING NEW TABLE AS came
    FOR EACH STATEMENT EXECUTE FUNCTION routing_clocks_name_what_is_there();
CREATE TRIGGER names_what_is_there AFTER INSERT ON routing_clockstep REFERENCING NEW TABLE AS came
    FOR EACH STATEMENT EXECUTE FUNCTION routing_steps_name_what_is_there();
"""
NAMES_ANYTHING = """
DROP TRIGGER names_what_is_there ON routing_clockstep;
DROP TRIGGER names_what_is_there ON routing_clock;
DROP FUNCTION routing_steps_name_what_is_there;
DROP FUNCTION routing_clocks_name_what_is_there;
DROP FUNCTION routing_nobody_there;
"""

# What is named stays, with its id; whoever deletes it waits for those who name it at this moment.
IS_NAMED_BY = """
CREATE FUNCTION routing_stays_while_named() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    named bigint;
BEGIN
    EXECUTE format('SELECT id FROM went WHERE EXISTS (SELECT FROM %I WHERE %I = went.id) LIMIT 1', TG_ARGV[0], TG_ARGV[1])
        INTO named;
    IF named IS NOT NULL THEN
        RAISE EXCEPTION 'delete on table "%" takes % away, which table "%" names', TG_TABLE_NAME, named, TG_ARGV[0]
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION routing_keeps_its_id() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a row of table "%" keeps its id', TG_TABLE_NAME USING ERRCODE = 'foreign_key_violation';
END $$;
"""
IS_NAMED_NO_MORE = """
DROP FUNCTION routing_keeps_its_id;
DROP FUNCTION routing_stays_while_named;
"""
REFERENCES = (
    ("routing_clock", "handoff_id", "routing_handoff"),
    ("routing_clock", "lead_id", "leads_lead"),
    ("routing_clock", "holder_id", "leads_user"),
    ("routing_clock", "team_id", "leads_team"),
    ("routing_clock", "service_level_id", "routing_servicelevel"),
    ("routing_clockstep", "clock_id", "routing_clock"),
)
"""Which column of which table names rows of which."""

BESIDE = """
CREATE FUNCTION {child}_{column}_is_there() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM {parent} WHERE id = NEW.{column} FOR KEY SHARE;
    IF NOT FOUND THEN
        PERFORM routing_nobody_there('{child}', '{parent}', NEW.{column});
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER {column}_is_there AFTER UPDATE OF {column} ON {child}
    FOR EACH ROW WHEN (NEW.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM OLD.{column})
    EXECUTE FUNCTION {child}_{column}_is_there();
CREATE TRIGGER is_named_by_{child} AFTER DELETE ON {parent} REFERENCING OLD TABLE AS went
    FOR EACH STATEMENT EXECUTE FUNCTION routing_stays_while_named('{child}', '{column}');
CREATE TRIGGER keeps_its_id AFTER UPDATE OF id ON {parent}
    FOR EACH ROW WHEN (NEW.id <> OLD.id) EXECUTE FUNCTION routing_keeps_its_id();
"""
NO_MORE = """
DROP TRIGGER keeps_its_id ON {parent};
DROP TRIGGER is_named_by_{child} ON {parent};
DROP TRIGGER {column}_is_there ON {child};
DROP FUNCTION {child}_{column}_is_there;
"""


def _named(statements: str) -> str:
    return "".join(
        statements.format(child=child, column=column, parent=parent) for child, column, parent in REFERENCES
    )


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("leads", "0004_rows_that_are_in"),
        ("routing", "0003_stopped_clocks_by_kind"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.AlterField(
            model_name="clock",
            name="handoff",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="clocks",
                to="routing.handoff",
            ),
        ),
        migrations.AlterField(
            model_name="clock",
            name="lead",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="leads.lead",
            ),
        ),
        migrations.AlterField(
            model_name="clock",
            name="holder",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="clock",
            name="team",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="leads.team",
            ),
        ),
        migrations.AlterField(
            model_name="clock",
            name="service_level",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="routing.servicelevel",
            ),
        ),
        migrations.AlterField(
            model_name="clockstep",
            name="clock",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="steps",
                to="routing.clock",
            ),
        ),
        migrations.RunSQL(NAMES_WHAT_IS_THERE, NAMES_ANYTHING),
        migrations.RunSQL(IS_NAMED_BY, IS_NAMED_NO_MORE),
        migrations.RunSQL(_named(BESIDE), _named(NO_MORE)),
    ]
