"""Lets reports read the clocks of one kind without passing those of the others."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("routing", "0007_meetings_and_second_looks")]

    operations = [
        migrations.RemoveIndex(model_name="clock", name="clock_by_start"),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(fields=["kind", "started_at"], name="clock_by_kind"),
        ),
    ]
