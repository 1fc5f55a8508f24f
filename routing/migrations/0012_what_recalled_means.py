"""A hand-off is recalled where a rejection was undone, and also where the approval of an outbound call was."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("routing", "0011_where_an_undo_leads")]

    operations = [
        migrations.AlterField(
            model_name="handoff",
            name="status",
            field=models.CharField(
                choices=[
                    ("OPEN", "Open"),
                    ("ACCEPTED", "Accepted"),
                    ("REJECTED", "Rejected"),
                    ("LAPSED", "Lapsed: nobody decided in time"),
                    ("RECALLED", "Recalled: taken back before anybody decided"),
                ],
                default="OPEN",
                max_length=8,
            ),
        ),
    ]
