"""An episode says whether there are enough cases to judge it; the default lets programs of before go on writing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_touched_by_triggers")]

    operations = [
        migrations.AddField(
            model_name="episode", name="is_judged", field=models.BooleanField(db_default=True, default=True)
        ),
    ]
