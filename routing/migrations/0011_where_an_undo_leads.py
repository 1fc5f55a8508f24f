"""An approved outbound call keeps since when its person was held, so that its undo puts that back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("routing", "0010_discarded_rules")]

    operations = [
        migrations.AddField(
            model_name="outboundproposal", name="held_from", field=models.DateTimeField(null=True)
        ),
    ]
