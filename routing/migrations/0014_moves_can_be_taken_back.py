"""Lets a move by hand be taken back: how the hand-off stood before it, and when it was taken back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("routing", "0013_outbound_calls")]

    operations = [
        migrations.AddField(model_name="reassignment", name="before", field=models.JSONField(null=True)),
        migrations.AddField(
            model_name="reassignment", name="taken_back_at", field=models.DateTimeField(null=True)
        ),
    ]
