"""The keys of people have one index in place of three, and neither they nor a look have their lead looked up again.

The code of before goes on with it: it finds what it stores by the same columns, and the old `id`, of which the state
knows nothing any more, still numbers itself until a release drops it.
"""

from typing import ClassVar

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

from leads.concurrently import MakeIndex

PRIMARY = """
    ALTER TABLE leads_identitykey
        DROP CONSTRAINT leads_identitykey_pkey,
        ADD CONSTRAINT leads_identitykey_pkey PRIMARY KEY USING INDEX identity_key_and_lead
"""
PRIMARY_BEFORE = """
    ALTER TABLE leads_identitykey
        DROP CONSTRAINT leads_identitykey_pkey,
        ADD CONSTRAINT leads_identitykey_pkey PRIMARY KEY (id)
"""


class Migration(migrations.Migration):
    atomic = False

    dependencies: ClassVar = [("leads", "0007_refused_calls")]

    operations: ClassVar = [
        MakeIndex(
            "identity_key_and_lead",
            "CREATE UNIQUE INDEX CONCURRENTLY identity_key_and_lead ON leads_identitykey (key, lead_id)",
            migrations.RunSQL.noop,  # the primary key took it along
        ),
        migrations.RunSQL(PRIMARY, PRIMARY_BEFORE),
        migrations.RunSQL(
            "ALTER TABLE leads_identitykey DROP CONSTRAINT IF EXISTS identity_key_once",
            "ALTER TABLE leads_identitykey ADD CONSTRAINT identity_key_once UNIQUE (lead_id, key)",
        ),
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS identity_key_shared",
            "CREATE INDEX CONCURRENTLY identity_key_shared ON leads_identitykey (key, lead_id DESC)",
        ),
        MakeIndex(
            "identity_key_of_lead",
            "CREATE INDEX CONCURRENTLY identity_key_of_lead ON leads_identitykey USING brin (lead_id)",
            "DROP INDEX CONCURRENTLY IF EXISTS identity_key_of_lead",
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint(model_name="identitykey", name="identity_key_once"),
                migrations.RemoveIndex(model_name="identitykey", name="identity_key_shared"),
                migrations.RemoveField(model_name="identitykey", name="id"),
                migrations.AddField(
                    model_name="identitykey",
                    name="pk",
                    field=models.CompositePrimaryKey(
                        "key", "lead", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                migrations.AddIndex(
                    model_name="identitykey",
                    index=django.contrib.postgres.indexes.BrinIndex(
                        fields=["lead"], name="identity_key_of_lead"
                    ),
                ),
            ]
        ),
        migrations.AlterField(
            model_name="identitylook",
            name="lead",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                primary_key=True,
                related_name="look",
                serialize=False,
                to="leads.lead",
            ),
        ),
    ]
