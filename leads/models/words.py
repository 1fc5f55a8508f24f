"""Words that are looked for in several columns of a row at once, by an index of their trigrams (pg_trgm)."""

from __future__ import annotations

import re

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import Func, Q, TextField
from django.db.models.functions import Upper
from django.db.models.lookups import IContains

TRIGRAM = re.compile(r"[^\W_]{3}")


class TextOf(Func):
    """What stands in the columns, none of them null, parted by spaces, which no word has."""

    template = "(%(expressions)s)"
    arg_joiner = " || ' ' || "
    output_field = TextField()


def indexed(*fields: str, name: str) -> GinIndex:
    """The index by which `has_word` of these columns finds one of three letters or more."""
    return GinIndex(OpClass(Upper(TextOf(*fields)), name="gin_trgm_ops"), name=name)


def is_indexed(word: str) -> bool:
    """Whether an index of trigrams tells where the word is; of shorter ones it would have to be read whole."""
    return TRIGRAM.search(word) is not None


def has_word(word: str, *fields: str) -> Q:
    """Whether the word, or part of one, stands in any of the columns, written large or small."""
    if is_indexed(word):
        return Q(IContains(TextOf(*fields), word))
    return Q(*((f"{field}__icontains", word) for field in fields), _connector=Q.OR)
