"""Lets a message name the decision that can take it back, so that an undo withdraws what it was about to tell."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0007_accounts_have_a_csm"),
    ]

    operations = [
        migrations.AddField(
            model_name="outboxmessage",
            name="undo_key",
            field=models.CharField(blank=True, db_default="", max_length=120),
        ),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(condition=~models.Q(undo_key=""), fields=["undo_key"], name="outbox_undo"),
        ),
    ]
