"""Leads and companies are found by a part of a word through an index of trigrams, in place of reading all of them.

It needs the extension pg_trgm, which comes with PostgreSQL: whoever owns the database may create it, or a superuser
has done so before (deploy/postgresql/roles.sql).
"""

from typing import Any, ClassVar

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

from leads.concurrently import AddIndexConcurrently
from leads.models.words import indexed


class Trigrams(TrigramExtension):
    """The extension stays where the migration is taken back: it may be a superuser's, or somebody else's need."""

    def database_backwards(self, *_: Any) -> None:
        pass


class Migration(migrations.Migration):
    atomic = False

    dependencies: ClassVar = [("leads", "0013_who_qualified_by_a_file")]

    operations: ClassVar = [
        Trigrams(),
        AddIndexConcurrently(model_name="account", index=indexed("name", "domain", name="account_by_words")),
        AddIndexConcurrently(
            model_name="lead", index=indexed("first_name", "last_name", "email", name="lead_by_words")
        ),
        # how often a word is there, by which it is decided whether the index is asked
        migrations.RunSQL("ANALYZE leads_account, leads_lead", migrations.RunSQL.noop),
    ]
