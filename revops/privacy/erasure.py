"""Erases a person: what is known of them goes from every table, what was counted stays counted (IN-10, P38).

The registry (`personal_data`) says table by table what becomes of each field. Everybody's rows are searched
first, each table in a transaction of its own that can be repeated; the person's own rows go last and together, so that
an erasure that was interrupted still knows whom it is about. With them ends whatever still ran for the person. An
address that refused to be contacted stays refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from leads import audit, background, file_imports, suppressions, timeline
from leads.background import Report, Unfinished
from leads.database_time import database_now
from leads.domain.erasing import without
from leads.models import Account, AuditEntry, BackgroundRun, Erasure, Lead, User
from leads.personal_data import Person, Table
from revops.privacy.personal_data import TABLES, mentioning, names, own_rows, person_of
from routing import after_acceptance
from routing.models import Handoff

KIND = "erasure"
AT_ONCE = 500  # rows


class CannotErase(Exception):
    """What keeps the person from being erased; the message says what to do first."""


def ask(lead: Lead, why: Erasure.Why, *, reference: str, by: User, now: datetime) -> Erasure:
    """Have the person behind `lead` erased in the background. Raises CannotErase."""
    with transaction.atomic():
        locked = Lead.objects.locked().get(pk=lead.pk)
        _require_erasable(locked, person_of(locked))
        asked = Erasure.objects.create(
            lead=locked, why=why, reference=reference[:60], asked_by=by, asked_at=now
        )
        background.ask(KIND, {"erasure": asked.pk}, by=by, now=now)
        told = f"{by} asked for the erasure of the person behind lead {lead.pk}: {asked.get_why_display()}"
        _audit("person.erasure_asked", asked, text=told, now=now)
    return asked


def work(run: BackgroundRun, report: Report) -> dict[str, Any]:
    """Do what was asked for; asked a second time, it finds nothing left to do."""
    asked = Erasure.objects.select_related("lead", "asked_by").get(pk=run.parameters["erasure"])
    if asked.done_at is None:
        carry_out(asked, now=database_now(), report=report)
    return {"erasure": asked.pk}


def carry_out(asked: Erasure, *, now: datetime, report: Report | None = None) -> None:
    """Erase the person now. Raises Unfinished while a file that may hold them is being read."""
    person = person_of(asked.lead)
    rows: Counter[str] = Counter()
    _forget_files(person, now=now)
    for number, table in enumerate(TABLES, start=1):
        with _door(asked):
            rows[table.label] += _take_out_mentions(table, person)
        if report:
            report(number, len(TABLES), step="Looking through every table")
    with _door(asked):
        _erase_own(asked, person, rows, now=now)


def _erase_own(asked: Erasure, person: Person, rows: Counter[str], *, now: datetime) -> None:
    """The person's own rows, in one transaction with the record that it was done."""
    leads = list(Lead.objects.locked().filter(pk__in=person.leads).order_by("pk"))
    suppressions.keep_refusals(leads, by=asked.asked_by, now=now)
    for lead in leads:
        after_acceptance.nobody_is_there(lead, by=asked.asked_by, now=now)
    for table in TABLES:
        rows[table.label] += _rewrite(table, own_rows(table, person), person, own=True)
    mine = Lead.objects.filter(pk__in=person.leads)
    mine.update(erased_at=now, suppressed_at=Coalesce("suppressed_at", now))
    Account.objects.filter(people__in=person.leads).update(needs_score=True)
    asked.done_at, asked.rows = now, {name: count for name, count in rows.items() if count}
    asked.save(update_fields=["done_at", "rows"])
    for lead in leads:
        timeline.record(lead, timeline.Kind.CONSENT, "Personal data erased", by=asked.asked_by, at=now)
    told = f"The person behind lead {asked.lead_id} was erased: {asked.get_why_display()}"
    _audit("person.erased", asked, text=told, now=now)


def _require_erasable(lead: Lead, person: Person) -> None:
    if lead.erased_at is not None:
        raise CannotErase("This person has been erased already.")
    if Erasure.objects.filter(lead__in=person.leads, done_at__isnull=True).exists():
        raise CannotErase("The erasure has been asked for already and is under way.")
    waiting = Handoff.objects.open().filter(lead__in=person.leads).select_related("assignee").first()
    if waiting is not None:
        who = waiting.assignee or "the unassigned queue"
        raise CannotErase(f"The lead waits for a decision with {who}. Reject the hand-off first.")


def _audit(action: str, asked: Erasure, *, text: str, now: datetime) -> None:
    subject, after = f"lead:{asked.lead_id}", {"erasure": asked.pk, "why": asked.why, "rows": asked.rows}
    audit.record(action, subject=subject, text=text, by=asked.asked_by, at=now, after=after)


@contextmanager
def _door(asked: Erasure) -> Iterator[None]:
    """A transaction in which the audit's trigger lets words be taken out, for this erasure alone."""
    with transaction.atomic():
        _set_door(str(asked.pk))
        yield
        _set_door("")


def _set_door(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('baton.erasure', %s, true)", [value])


def _take_out_mentions(table: Table, person: Person) -> int:
    """Take the person's names out of everybody's rows of one table; how many rows had any."""
    rows = mentioning(table, person)
    if table.model is Lead:  # who they are is needed until the end
        rows = rows.exclude(pk__in=person.leads)
    return _rewrite(table, rows, person, own=False)


def _rewrite(table: Table, rows: QuerySet[Any], person: Person, *, own: bool) -> int:
    """Write each row anew as the table says; how many had something to take out."""
    fields = [*table.becomes, *table.cleaned, *table.renamed]
    if not fields:
        return 0
    changed: list[Any] = []
    for row in rows.order_by("pk").iterator(chunk_size=AT_ONCE):
        is_theirs = own or names(table, row, person)
        if is_theirs and table.is_dropped:
            row.delete()
        elif _change(row, table, person, own=is_theirs):
            changed.append(row)
    if table.model is AuditEntry:  # which nobody may change, but by its own door
        audit.take_words_out(changed)
    elif changed:
        table.everybodys().bulk_update(changed, fields, batch_size=AT_ONCE)
    return len(changed)


def _change(row: Any, table: Table, person: Person, *, own: bool) -> bool:
    """Give the row its new values; whether any is another than before."""
    fresh = {}
    for name in (*table.becomes, *table.cleaned):
        value = without(getattr(row, name), person.known, at_home=own)
        fresh[name] = table.becomes[name](row, value) if own and name in table.becomes else value
    for name in table.renamed:
        value = getattr(row, name)
        fresh[name] = f"erased-{row.pk}" if person.known.is_spelt_in(value) else value
    is_changed = any(getattr(row, name) != value for name, value in fresh.items())
    for name, value in fresh.items():
        setattr(row, name, value)
    return is_changed


def _forget_files(person: Person, *, now: datetime) -> None:
    """Forget every uploaded file that holds the person. Raises Unfinished while one of them is being read."""
    for held in file_imports.holding(person.known.is_named_in):
        if held.run is not None and held.run.is_open:
            raise Unfinished
        file_imports.forget(held, now=now)
