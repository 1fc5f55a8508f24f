"""Makes the signal table partitioned by month, while it is still empty (IN-13)."""

from django.db import migrations

# A partitioned table's key must hold the column it is partitioned by; Django keeps reading `id` as the key.
PARTITION = """
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


class Migration(migrations.Migration):
    dependencies = [("leads", "0001_initial")]

    operations = [migrations.RunSQL(PARTITION, migrations.RunSQL.noop)]
