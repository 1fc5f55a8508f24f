"""Finds open deals by their day and people by their telephone, built while people work; an open deal has a stage."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False  # an index is built concurrently outside of a transaction

    dependencies = [
        ("leads", "0013_open_opportunities_begin_at_the_first_stage"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="opportunity",
            index=models.Index(
                fields=["close_on", "id"], condition=Q(status="OPEN"), name="opportunity_open_by_close"
            ),
        ),
        AddIndexConcurrently(
            model_name="lead",
            index=models.Index(fields=["phone"], condition=~Q(phone=""), name="lead_by_phone"),
        ),
        migrations.AddConstraint(
            model_name="opportunity",
            constraint=models.CheckConstraint(
                condition=~Q(status="OPEN") | Q(stage__isnull=False), name="opportunity_open_has_stage"
            ),
        ),
    ]
