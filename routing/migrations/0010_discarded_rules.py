"""A draft of the rules that is thrown away keeps its row, so that no hand-offs are asked whether one names it."""

from typing import ClassVar

from django.db import migrations, models

STATUSES = [
    ("DRAFT", "Draft"),
    ("PUBLISHED", "Published"),
    ("RETIRED", "Retired"),
    ("DISCARDED", "Discarded"),
]


class Migration(migrations.Migration):
    dependencies: ClassVar = [("routing", "0009_what_never_goes")]

    operations: ClassVar = [
        migrations.AlterField(
            model_name="ruleset",
            name="status",
            field=models.CharField(choices=STATUSES, default="DRAFT", max_length=9),
        ),
    ]
