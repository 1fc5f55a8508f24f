"""Lets each move keep its own decision, a pause what was said, and operations find the steps that were set aside."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("routing", "0011_a_reps_own_queue")]

    operations = [
        migrations.AddField(
            model_name="reassignment",
            name="rule_set",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="routing.ruleset"
            ),
        ),
        migrations.AddField(
            model_name="reassignment",
            name="rule_name",
            field=models.CharField(blank=True, db_default="", max_length=100),
        ),
        migrations.AddField(
            model_name="reassignment",
            name="pool",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="routing.pool"
            ),
        ),
        migrations.AddField(
            model_name="clockpause",
            name="note",
            field=models.CharField(blank=True, db_default="", max_length=200),
        ),
        migrations.AlterField(
            model_name="clockstep",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("DONE", "Done"),
                    ("SKIPPED", "Skipped"),
                    ("CALLED_OFF", "Called off"),
                    ("FAILED", "Set aside"),
                    ("GIVEN_UP", "Given up"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="clockstep",
            index=models.Index(
                fields=["done_at"], condition=models.Q(outcome="FAILED"), name="clock_step_set_aside"
            ),
        ),
    ]
