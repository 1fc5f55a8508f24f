"""Where a model is installed: seeds the stages and loss reasons, and writes down how the deals that are there stood."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

STAGES = (("discovery", "Discovery", 20), ("proposal", "Proposal", 50), ("negotiation", "Negotiation", 75))
REASONS = (
    ("competitor", "Chose a competitor"),
    ("no-decision", "No decision"),
    ("price", "Price"),
    ("project-stopped", "Project stopped"),
    ("missing-feature", "Something is missing in the product"),
    ("unresponsive", "No longer answers"),
)
FILL = """
UPDATE leads_opportunity SET stage_id = (SELECT id FROM leads_opportunitystage WHERE code = 'discovery')
 WHERE status = 'OPEN' AND stage_id IS NULL;
UPDATE leads_opportunity SET lost_for_id = reason.id
  FROM leads_lossreason reason WHERE status = 'LOST' AND lower(loss_reason) = lower(reason.label);
INSERT INTO leads_opportunitystate (opportunity_id, at, status, stage_id, amount, close_on, owner_id, note, job)
SELECT id, created_at, 'OPEN', (SELECT id FROM leads_opportunitystage WHERE code = 'discovery'),
       amount, close_on, owner_id, '', 'migration'
  FROM leads_opportunity;
INSERT INTO leads_opportunitystate (opportunity_id, at, status, stage_id, amount, close_on, owner_id, note, job)
SELECT id, closed_at, status, stage_id, amount, close_on, owner_id, '', 'migration'
  FROM leads_opportunity WHERE status <> 'OPEN';
"""


def seed(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    OpportunityStage = apps.get_model("leads", "OpportunityStage")
    LossReason = apps.get_model("leads", "LossReason")
    is_installed = apps.get_model("leads", "SignalType").objects.exists()
    if not is_installed or OpportunityStage.objects.exists():
        return
    OpportunityStage.objects.bulk_create(
        OpportunityStage(code=code, label=label, probability=probability, position=place)
        for place, (code, label, probability) in enumerate(STAGES, start=1)
    )
    LossReason.objects.bulk_create(
        LossReason(code=code, label=label, position=place)
        for place, (code, label) in enumerate(REASONS, start=1)
    )


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0012_opportunities_in_stages"),
    ]

    operations = [
        migrations.RunPython(seed, migrations.RunPython.noop),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
