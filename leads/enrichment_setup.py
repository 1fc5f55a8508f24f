"""The one writer of how companies are enriched: providers, tables, and whom we believe; all of it is audited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from leads import audit, imports, sealing
from leads.actors import Actor
from leads.concurrent_edits import edition, require_unchanged
from leads.domain import enriched, identity
from leads.domain.precedence import Origin
from leads.fact_origins import every_order
from leads.imports import BrokenRow
from leads.models import EnrichmentLookup, EnrichmentProvider, EnrichmentRow, FactOrder, Source, User

AT_ONCE = 2000
PROBLEMS_TOLD = 5


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a provider is to be; an empty address or key keeps the one it has."""

    name: str
    kind: str
    url: str = ""
    key: str = ""
    seconds: float = 5.0
    cache_days: int = 90
    position: int = 1

    @property
    def columns(self) -> dict[str, Any]:
        """The same by column: the key is kept sealed."""
        plain = {name: value for name, value in vars(self).items() if name != "key"}
        return {**plain, "sealed_key": sealing.seal(self.key) if self.key else ""}


@dataclass(frozen=True)
class Loaded:
    """How many rows of a table were taken, how many were passed over, and the first reasons."""

    taken: int
    passed_over: int
    problems: tuple[str, ...]


def create(wanted: Wanted, *, by: Actor, now: datetime) -> EnrichmentProvider:
    """Set up a provider that is switched on."""
    with transaction.atomic():
        made = EnrichmentProvider.objects.create(**wanted.columns, created_at=now)
        _audit("enrichment.created", made, "set up", by=by, now=now, after=shown(made))
    return made


def change(provider: EnrichmentProvider, wanted: Wanted, *, seen: str, by: User, now: datetime) -> None:
    """Change it, as it was `seen`; its kind stays. Raises EditedMeanwhile."""
    with transaction.atomic():
        row = EnrichmentProvider.objects.select_for_update().get(pk=provider.pk)
        before = shown(row)
        require_unchanged(before, seen=seen)
        for name, value in wanted.columns.items():
            if name != "kind" and (value or name not in ("url", "sealed_key")):
                setattr(row, name, value)
        row.save(update_fields=["name", "url", "sealed_key", "seconds", "cache_days", "position"])
        _audit("enrichment.changed", row, "changed", by=by, now=now, before=before, after=shown(row))


def switch(provider: EnrichmentProvider, *, is_on: bool, by: Actor, now: datetime) -> None:
    """Ask it, or ask it no more; what it said stays."""
    with transaction.atomic():
        if EnrichmentProvider.objects.filter(pk=provider.pk, is_on=not is_on).update(is_on=is_on):
            _audit(
                "enrichment.switched", provider, "switched on" if is_on else "switched off", by=by, now=now
            )


def load_table(
    provider: EnrichmentProvider, path: Path, *, by: Actor, now: datetime, called: str = ""
) -> Loaded:
    """Put the CSV file in the place of the provider's table: all of it or nothing; every company is asked anew.

    Its columns are `domain` and facts by their names. Raises UnreadableFile.
    """
    file = imports.open_csv(path, called=called)
    if "domain" not in _named(dict.fromkeys(file.header, "")):
        raise imports.UnreadableFile("The file needs a column “domain”, and columns named after facts.")
    rows, problems, passed_over = _read(file)
    with transaction.atomic():
        EnrichmentRow.objects.filter(provider=provider).delete()
        found = [
            EnrichmentRow(provider=provider, domain=domain, facts=facts) for domain, facts in rows.items()
        ]
        EnrichmentRow.objects.bulk_create(found, batch_size=AT_ONCE)
        EnrichmentLookup.objects.filter(provider=provider).update(due_at=now, attempts=0)
        told = f"given a table of {len(rows):,} companies"
        _audit("enrichment.loaded", provider, told, by=by, now=now, after={"rows": len(rows)})
    return Loaded(len(rows), passed_over, tuple(problems))


def order_facts(orders: Mapping[str, Sequence[Origin]], *, by: User, now: datetime) -> None:
    """Decide whom we believe first about each fact; it holds from the next thing that is told."""
    with transaction.atomic():
        before = {fact: [each.value for each in order] for fact, order in every_order().items()}
        after = {**before, **{fact: [each.value for each in order] for fact, order in orders.items()}}
        for fact in orders:
            FactOrder.objects.update_or_create(fact=fact, defaults={"order": after[fact]})
        if after != before:
            text = "Whom we believe about companies and people changed"
            audit.record(
                "enrichment.ordered",
                subject="facts:order",
                text=text,
                by=by,
                at=now,
                before=before,
                after=after,
            )


def set_origin(source: Source, origin: Origin, *, by: User, now: datetime) -> None:
    """Say which kind of source `source` is."""
    with transaction.atomic():
        before = source.origin
        if Source.objects.filter(pk=source.pk).exclude(origin=origin).update(origin=origin):
            text = f"What comes from “{source.name}” counts as {origin.value}"
            audit.record(
                "enrichment.source",
                subject=f"source:{source.pk}",
                text=text,
                by=by,
                at=now,
                before={"origin": before},
                after={"origin": origin.value},
            )


def shown(provider: EnrichmentProvider) -> dict[str, object]:
    """What the audit keeps of a provider: never its whole address, and nothing of its key."""
    names = ("name", "kind", "host", "seconds", "cache_days", "position")
    return {name: getattr(provider, name) for name in names} | {"has_key": bool(provider.sealed_key)}


def edition_of(provider: EnrichmentProvider) -> str:
    """The edition of it, for a form to carry."""
    return edition(shown(provider))


def _read(file: imports.CsvFile) -> tuple[dict[str, dict[str, Any]], list[str], int]:
    """Domain → facts, the first problems, and how many rows were passed over."""
    rows: dict[str, dict[str, Any]] = {}
    problems: list[str] = []
    passed_over = 0
    for row in file.rows():
        problem = row.reason if isinstance(row, BrokenRow) else _take(_named(row.cells), rows)
        if problem:
            passed_over += 1
            if len(problems) < PROBLEMS_TOLD:
                problems.append(f"Line {row.line}: {problem}")
    return rows, problems, passed_over


def _take(values: dict[str, str], rows: dict[str, dict[str, Any]]) -> str:
    """Keep the row's facts under its domain; or why it cannot be used."""
    domain = identity.company_domain(values.get("domain", "").strip().lower())
    if not domain:
        return "it names no company’s domain."
    many = [each.strip() for each in values.get("technologies", "").split(";") if each.strip()]
    facts, refused = enriched.read({**values, "technologies": many})
    if refused:
        return f"{', '.join(refused)} cannot be read."
    rows[domain] = facts
    return ""


def _named(cells: Mapping[str, str]) -> dict[str, str]:
    """The cells by the names of facts, however the file writes them ("Growth stage")."""
    return {name.strip().lower().replace(" ", "_"): cell for name, cell in cells.items()}


def _audit(
    action: str,
    provider: EnrichmentProvider,
    told: str,
    *,
    by: Actor,
    now: datetime,
    **values: dict[str, Any],
) -> None:
    audit.record(
        action,
        subject=f"enrichment:{provider.pk}",
        text=f"Enrichment by “{provider.name}” {told}",
        by=by,
        at=now,
        before=values.get("before"),
        after=values.get("after"),
    )
