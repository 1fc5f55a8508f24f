"""What models cannot say: signals by month, an audit that is only added to, groups without circles, edits told."""

from django.db import migrations

# A partitioned table's key must hold the column it is partitioned by; Django keeps reading `id` as the key (IN-13).
SIGNALS_BY_MONTH = """
ALTER TABLE leads_signal RENAME TO leads_signal_unpartitioned;
CREATE TABLE leads_signal (
    LIKE leads_signal_unpartitioned INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING IDENTITY
) PARTITION BY RANGE (occurred_at);
DROP TABLE leads_signal_unpartitioned;
ALTER TABLE leads_signal ADD PRIMARY KEY (id, occurred_at);
ALTER TABLE leads_signal
    ADD CONSTRAINT signal_has_source FOREIGN KEY (source_id) REFERENCES leads_source (id)
        DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT signal_has_type FOREIGN KEY (type) REFERENCES leads_signaltype (code)
        DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT signal_has_lead FOREIGN KEY (lead_id) REFERENCES leads_lead (id)
        DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT signal_has_campaign FOREIGN KEY (campaign_id) REFERENCES leads_campaign (id)
        DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX signal_by_lead ON leads_signal (lead_id, occurred_at);
CREATE INDEX signal_anonymous ON leads_signal (visitor_id) WHERE lead_id IS NULL AND visitor_id <> '';
"""

# An erasure under way, and nothing else, takes personal words out of the audit; the application, whose role may not
# change it, has one function to do so.
AUDIT_IS_ONLY_ADDED_TO = """
CREATE FUNCTION refuse_change_of_audit() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE TRIGGER audit_is_only_added_to BEFORE UPDATE OR DELETE ON leads_auditentry
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_audit();
CREATE TRIGGER audit_is_never_emptied BEFORE TRUNCATE ON leads_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit();

CREATE FUNCTION take_words_out_of_audit(entry bigint, new_text text, new_before jsonb, new_after jsonb)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE leads_auditentry SET text = new_text, before = new_before, after = new_after WHERE id = entry
$$;
"""
AUDIT_CAN_CHANGE = """
DROP FUNCTION take_words_out_of_audit;
DROP TRIGGER audit_is_never_emptied ON leads_auditentry;
DROP TRIGGER audit_is_only_added_to ON leads_auditentry;
DROP FUNCTION refuse_change_of_audit;
"""

# Changes of who belongs to whom come one after the other, so that each sees what the one before it made (P18).
GROUPS_WITHOUT_CIRCLES = """
CREATE FUNCTION leads_account_refuse_circle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.parent_id IS NOT DISTINCT FROM OLD.parent_id THEN
        RETURN NEW;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('leads_account.parent_id', 0));
    IF EXISTS (
        WITH RECURSIVE above (id, parent_id) AS (
            SELECT account.id, account.parent_id FROM leads_account account WHERE account.id = NEW.parent_id
            UNION
            SELECT account.id, account.parent_id
            FROM above JOIN leads_account account ON account.id = above.parent_id
        )
        SELECT FROM above WHERE above.id = NEW.id
    ) THEN
        RAISE EXCEPTION 'account % would belong to itself', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'account_group_is_no_circle';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER account_group_is_no_circle BEFORE INSERT OR UPDATE OF parent_id ON leads_account
    FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION leads_account_refuse_circle();
"""
GROUPS_IN_CIRCLES = """
DROP TRIGGER account_group_is_no_circle ON leads_account;
DROP FUNCTION leads_account_refuse_circle;
"""

# One number tells of every change of what intake and routing remember, whoever makes the change.
EDITS_ARE_TOLD = """
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
EDITS_ARE_NOT_TOLD = """
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
    dependencies = [("leads", "0001_initial")]
    operations = [
        migrations.RunSQL(SIGNALS_BY_MONTH, migrations.RunSQL.noop),
        migrations.RunSQL(AUDIT_IS_ONLY_ADDED_TO, AUDIT_CAN_CHANGE),
        migrations.RunSQL(GROUPS_WITHOUT_CIRCLES, GROUPS_IN_CIRCLES),
        migrations.RunSQL(EDITS_ARE_TOLD, EDITS_ARE_NOT_TOLD),
    ]
