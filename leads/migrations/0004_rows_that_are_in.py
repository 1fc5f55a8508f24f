"""Which rows of a file are in, as runs of their numbers, for two workers may take it in at once."""

from django.db import migrations, models

import leads.models.row_ranges

READ_SO_FAR = "UPDATE leads_fileimport SET taken = int8multirange(int8range(0, read)) WHERE read > 0"


class Migration(migrations.Migration):
    """Files that are under way were read from their first row on."""

    dependencies = [("leads", "0003_keys_are_not_looked_up")]

    operations = [
        migrations.AddField(
            model_name="fileimport",
            name="taken",
            field=leads.models.row_ranges.RowRanges(db_default=models.Value("{}"), default=list),
        ),
        migrations.RunSQL(READ_SO_FAR, migrations.RunSQL.noop),
    ]
