"""Seals anew, in place, what an earlier SECRET_KEY sealed, so that the earlier one can be dropped.

It may run twice, and beside the site: a batch is one statement, which waits for nobody and writes only what is still
as it was read. Secrets of sources that were revoked are used no more and stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.fields.json import KT

from leads import audit, sealing
from leads.actors import Job
from leads.models import EnrichmentProvider, WebhookSecret
from leads.sealing import CannotOpen
from revops.sign_in import second_factor

COMMAND = Job("reseal")
AT_ONCE = 200
WRITE = """
WITH free AS (
    SELECT kept.id, given.becomes
    FROM {table} AS kept JOIN unnest(%s::bigint[], %s::text[], %s::text[]) AS given (id, was, becomes) USING (id)
    WHERE kept.{sealed} = given.was
    FOR UPDATE OF kept SKIP LOCKED
)
UPDATE {table} AS kept SET {column} = {value} FROM free WHERE kept.id = free.id
"""
Row = tuple[int, str, str]
"""Its id, what is sealed there, and whose it is."""


@dataclass(frozen=True)
class Place:
    """A column in which secrets lie sealed: what people call one of them, its rows, and how it is sealed anew.

    Where the column is JSON, `key` says under which name of it.
    """

    called: str
    rows: QuerySet[Any]
    whose: str
    column: str
    key: str = ""
    renewed: Callable[[str], str] = sealing.renewed

    def after(self, last: int) -> list[Row]:
        """The next rows that hold a secret."""
        kept = KT(f"{self.column}__{self.key}") if self.key else F(self.column)
        rows = self.rows.annotate(kept=kept).filter(pk__gt=last, kept__gt="").order_by("pk")
        return list(rows.values_list("pk", "kept", self.whose)[:AT_ONCE])

    @property
    def write(self) -> str:
        """The statement that seals rows anew: their ids, what was read there, and what it becomes."""
        sealed, value = self.column, "free.becomes"
        if self.key:
            sealed = f"{self.column} ->> '{self.key}'"
            value = f"jsonb_set(kept.{self.column}, '{{{self.key}}}', to_jsonb(free.becomes))"
        table = self.rows.model._meta.db_table  # noqa: SLF001 - Django's own door to it
        return WRITE.format(table=table, sealed=sealed, column=self.column, value=value)


PLACES = (
    Place(
        "A webhook secret of source “{}”",
        WebhookSecret.objects.filter(revoked_at__isnull=True),
        whose="source__name",
        column="sealed",
    ),
    Place("The key of provider “{}”", EnrichmentProvider.objects.all(), whose="name", column="sealed_key"),
    Place(
        "The authenticator app of {}",
        Authenticator.objects.filter(type=Authenticator.Type.TOTP),
        whose="user__email",
        column="data",
        key="secret",
        renewed=second_factor.renewed,
    ),
    Place(
        "The recovery codes of {}",
        Authenticator.objects.filter(type=Authenticator.Type.RECOVERY_CODES),
        whose="user__email",
        column="data",
        key="seed",
        renewed=second_factor.renewed,
    ),
)


@dataclass
class Resealed:
    """How many were sealed anew, were so already, or were being changed; and which ones no key opens."""

    anew: int = 0
    already: int = 0
    changed_meanwhile: int = 0
    unreadable: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether everything is under the first key now."""
        return not self.changed_meanwhile and not self.unreadable


def reseal(places: Sequence[Place] = PLACES, *, now: datetime) -> Resealed:
    """Seal everything anew that is not under the first key; the audit is told where there was anything."""
    done = Resealed()
    for place in places:
        for rows in _batches(place):
            _reseal(place, rows, done)
    if done.anew:
        told = f"{done.anew:,} stored secrets sealed anew under the present key"
        audit.record("secrets.resealed", subject="secrets:all", text=told, by=COMMAND, at=now)
    return done


def _batches(place: Place) -> Iterator[list[Row]]:
    last = 0
    while rows := place.after(last):
        last = rows[-1][0]
        yield rows


def _reseal(place: Place, rows: list[Row], done: Resealed) -> None:
    """Count, and write what is to become another."""
    others: list[Row] = []
    for number, kept, whose in rows:
        try:
            becomes = place.renewed(kept)
        except CannotOpen:
            done.unreadable.append(f"{place.called.format(whose)} ({number})")
            continue
        if becomes == kept:
            done.already += 1
        else:
            others.append((number, kept, becomes))
    written = _write(place, others) if others else 0
    done.anew += written
    done.changed_meanwhile += len(others) - written


def _write(place: Place, others: list[Row]) -> int:
    """How many were still as they were read, and free, and are sealed anew now."""
    with connection.cursor() as cursor:
        cursor.execute(place.write, [list(each) for each in zip(*others, strict=True)])
        written: int = cursor.rowcount
    return written
