"""Which rows of a file are in, as runs of their numbers, for two workers may take it in at once."""

from django.db import migrations, models

import leads.models.row_ranges

READ_SO_FAR = "UPDATE leads_fileimport SET taken = int8multirange(int8range(0, read)) WHERE read > 0"
# Where two left a gap the code of before reads the file from its first row again: what is in stays, as it is.
WITH_GAPS = """
    SELECT id FROM leads_fileimport
    WHERE finished_at IS NULL AND forgotten_at IS NULL AND taken <> int8multirange(int8range(0, read))
"""
FROM_THE_FIRST_ROW = f"""
    DELETE FROM leads_refusedrow WHERE file_import_id IN ({WITH_GAPS});
    UPDATE leads_fileimport SET read = 0, stored = 0, repeated = 0, refused = 0, created = 0, qualified = 0
    WHERE id IN ({WITH_GAPS});
"""  # noqa: S608 - constants


class Migration(migrations.Migration):
    """Files that are under way were read from their first row on."""

    dependencies = [("leads", "0003_keys_are_not_looked_up")]

    operations = [
        migrations.AddField(
            model_name="fileimport",
            name="taken",
            field=leads.models.row_ranges.RowRanges(db_default=models.Value("{}"), default=list),
        ),
        migrations.RunSQL(READ_SO_FAR, FROM_THE_FIRST_ROW),
    ]
