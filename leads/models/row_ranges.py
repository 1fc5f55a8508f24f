"""Which rows of a file are in, as runs of their numbers: PostgreSQL adds to them, and sees where two meet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Value

from leads.domain.row_ranges import Range

if TYPE_CHECKING:
    from psycopg.types.multirange import Multirange

    Column = models.Field[Sequence[Range], list[Range]]
else:
    Column = models.Field


class RowRanges(Column):
    """A multirange of whole numbers; there are none at first."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"default": list, "db_default": Value("{}"), **options})

    def db_type(self, connection: Any) -> str:
        """Such as '{[0,7),[9,10)}'."""
        return "int8multirange"

    def from_db_value(self, value: Multirange[int] | None, *_: Any) -> list[Range]:
        """Pairs of the first and the one after the last, in order."""
        return [(run.lower or 0, run.upper or 0) for run in value or ()]

    def get_prep_value(self, value: Any) -> Any:
        """The text that PostgreSQL reads."""
        return self.text_of(value) if isinstance(value, list) else value

    @staticmethod
    def text_of(runs: Sequence[Range]) -> str:
        """The runs as PostgreSQL writes them."""
        return "{" + ",".join(f"[{first},{end})" for first, end in runs) + "}"
