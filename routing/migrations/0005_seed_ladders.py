"""Gives each promise that stands its seeded ladder, and adds the promises for the clocks that are new (SL-4)."""

from __future__ import annotations

from datetime import timedelta

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

# clock, tier, priority, target, runs in, ladder (after, action)
PROMISES = (
    ("DELIVERY", "", "", HOUR, "BUSINESS", ((HOUR, "NOTIFY_MANAGER"), (2 * HOUR, "NOTIFY_OPS"))),
    ("FIRST_RESPONSE", "T1", "", None, "", ((5 * MINUTE, "NOTIFY_MANAGER"), (15 * MINUTE, "REROUTE"))),
    ("FIRST_RESPONSE", "T2", "", None, "", ((30 * MINUTE, "NOTIFY_MANAGER"), (2 * HOUR, "REROUTE"))),
    ("FIRST_RESPONSE", "T3", "", None, "", ((4 * HOUR, "RECYCLE"),)),
    ("FIRST_RESPONSE", "", "P1", None, "", ((HOUR, "NOTIFY_MANAGER"), (2 * HOUR, "REROUTE"))),
    ("FIRST_RESPONSE", "", "", None, "", ((DAY, "NOTIFY_MANAGER"),)),
    ("REVIEW", "", "P1", None, "", ((2 * HOUR, "NOTIFY_MANAGER"), (DAY, "NOTIFY_OPS"), (2 * DAY, "RECYCLE"))),
    ("REVIEW", "", "", None, "", ((DAY, "NOTIFY_MANAGER"), (2 * DAY, "RECYCLE"))),
    ("FOLLOW_UP", "", "", 4 * HOUR, "BUSINESS", ((4 * HOUR, "NOTIFY_MANAGER"),)),
    ("MEETING", "", "", 7 * DAY, "WALL", ((7 * DAY, "NOTIFY_MANAGER"),)),
    ("MEETING_REVIEW", "", "", 3 * DAY, "WALL", ((3 * DAY, "NOTIFY_MANAGER"),)),
)


def seed(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Where a model is installed: add the clocks that it has not, and a ladder to each promise that has none."""
    ServiceLevel = apps.get_model("routing", "ServiceLevel")
    LadderStep = apps.get_model("routing", "LadderStep")
    if not ServiceLevel.objects.exists():
        return
    for clock, tier, priority, target, runs_in, ladder in PROMISES:
        level = ServiceLevel.objects.filter(clock=clock, tier=tier, priority=priority).first()
        if level is None and target is not None:
            level = ServiceLevel.objects.create(
                clock=clock, tier=tier, priority=priority, target=target, runs_in=runs_in
            )
        if level is not None:
            LadderStep.objects.bulk_create(
                [LadderStep(service_level=level, after=after, action=action) for after, action in ladder]
            )


class Migration(migrations.Migration):
    dependencies = [
        ("routing", "0004_ladders_and_pauses"),
    ]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
