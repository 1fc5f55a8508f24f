"""Whose word each fact of a person is, on the person's own row; nothing is known of it for those who were there."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("leads", "0028_one_open_visit_again")]

    operations = [migrations.AddField("lead", "origins", models.JSONField(null=True))]
