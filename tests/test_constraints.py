"""What models promise of their rows is what the database holds them to."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

THERE = """
    SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()
    UNION SELECT conname FROM pg_constraint
"""


@pytest.mark.django_db
def test_every_index_and_constraint_of_a_model_is_in_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute(THERE)
        there = {name for (name,) in cursor.fetchall()}

    declared = {
        (model.__name__, each.name)
        for model in apps.get_models()
        for each in (*model._meta.indexes, *model._meta.constraints)
    }

    assert {(model, name) for model, name in declared if name not in there} == set()
