"""Every table of the database with what it holds of people, and who is meant by a person (IN-10, P38, P39)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast

import leads.personal_data
import reports.personal_data
import routing.personal_data
import scoring.personal_data
from leads import merging
from leads.domain.erasing import KnownBy, telling_numbers, whole_names
from leads.models import Lead, User, Visitor
from leads.personal_data import Person, Table, holds_words

FRAMEWORK: tuple[Table, ...] = (
    Table(Group, plain=("name",)),
    Table(Group.permissions.through),
    Table(Permission, plain=("name", "codename")),
    Table(ContentType, plain=("app_label", "model")),
    Table(User.groups.through),
    Table(User.user_permissions.through),
    Table(EmailAddress, of_staff=("email",)),
    Table(EmailConfirmation, of_staff=("key",)),
    Table(Authenticator, of_staff=("data",)),
    Table(Session, of_staff=("session_key", "session_data")),
)
TABLES: tuple[Table, ...] = (
    *leads.personal_data.TABLES,
    *scoring.personal_data.TABLES,
    *routing.personal_data.TABLES,
    *reports.personal_data.TABLES,
    *FRAMEWORK,
)


def undecided(models: Iterable[type[Model]]) -> Iterator[str]:
    """A sentence for each table, and each field that can hold words, of which nobody has said what it holds."""
    known = {table.model: table for table in TABLES}
    for model in models:
        table = known.get(model)
        if table is None:
            name = f"{model.__module__}.{model.__name__}"
            yield f"{name}: say in its app's personal_data.py whose its rows are and what they hold."
            continue
        decided = table.decided()
        for one in table.options.local_concrete_fields:
            if holds_words(one) and one.name not in decided:
                yield f"{table.label}.{one.name} can hold words: say in personal_data.py whose."


def own_rows(table: Table, person: Person) -> QuerySet[Model]:
    """The rows of a table that are the person's own."""
    rows: QuerySet[Model] = table.everybodys()
    return rows.filter(table.rows(person)) if table.rows else rows.none()


def mentioning(table: Table, person: Person) -> QuerySet[Model]:
    """The rows of a table, anybody's, that may mention the person: they hold a text that every mention has."""
    rows: QuerySet[Model] = table.everybodys()
    needles = person.known.needles()
    if not table.scanned or not needles:
        return rows.none()
    mentioned = Q()
    for name in table.scanned:
        rows = rows.annotate(**{f"{name}_as_text": Cast(name, TextField())})
        for needle in needles:
            mentioned |= Q(**{f"{name}_as_text__icontains": needle})
    return rows.filter(mentioned)


def names(table: Table, row: Model, person: Person) -> bool:
    """Whether a row of which no key says whose it is names the person."""
    return table.names_whose is not None and person.known.is_named_in(table.names_whose(row))


def person_of(lead: Lead) -> Person:
    """Who stands behind `lead`: with every lead that was merged with it, and all that they are known by."""
    group = _group(merging.survivor_of(lead))
    ids = tuple(one.pk for one in group)
    visitors = Visitor.objects.filter(lead__in=ids).values_list("visitor_id", flat=True)
    return Person(ids, tuple(visitors), _known_by(group))


def _group(survivor: Lead) -> list[Lead]:
    """The survivor and everybody who was merged into it, at however many removes."""
    found, ring = [survivor], [survivor]
    while ring:
        ring = list(Lead.objects.filter(merged_into__in=ring).order_by("pk"))
        found += ring
    return found


def _known_by(group: list[Lead]) -> KnownBy:
    addresses = {each for one in group for each in (one.email, one.email_key) if each}
    telling = [one for one in group if not _has_namesake(one, group)]
    return KnownBy(
        keys=frozenset(one.email_key for one in group if one.email_key),
        addresses=frozenset(addresses),
        names=frozenset(each for one in telling for each in whole_names(one.first_name, one.last_name)),
        words=frozenset(_words(group)),
        phones=frozenset(telling_numbers(one.phone for one in group)),
        domains=frozenset(each.rpartition("@")[2] for each in addresses),
        parts=frozenset((one.first_name, one.last_name) for one in group if one.first_name and one.last_name),
    )


def _words(group: list[Lead]) -> Iterator[str]:
    for one in group:
        yield from (one.first_name, one.last_name, one.title, one.postal_code)
        yield from whole_names(one.first_name, one.last_name)


def _has_namesake(lead: Lead, group: list[Lead]) -> bool:
    """Whether somebody else, be it a colleague, has the same whole name, which then says nothing."""
    others = Lead.objects.filter(first_name__iexact=lead.first_name, last_name__iexact=lead.last_name)
    if others.exclude(pk__in=[one.pk for one in group]).exists():
        return True
    return User.objects.filter(name__iexact=f"{lead.first_name} {lead.last_name}").exists()
