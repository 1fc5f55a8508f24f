"""Turns a row of a file into a signal by a mapping that is plain data, and says what of a row cannot be read."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cached_property, lru_cache, partial
from json.encoder import encode_basestring_ascii
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from leads.domain import csv_values
from leads.domain.csv_values import Dates, UnreadableRow
from leads.domain.near_names import nearest
from leads.domain.signal import CompanyIn, ConsentIn, PersonIn, SignalIn, UtmIn

COLUMN = re.compile(r"\{([^{}]+)\}")
PARTS: Mapping[str, frozenset[str]] = {
    "person": frozenset(PersonIn.model_fields),
    "company": frozenset(CompanyIn.model_fields),
    "utm": frozenset(UtmIn.model_fields),
    "consent": frozenset(ConsentIn.model_fields),
}
OPEN_PARTS = frozenset({"properties", "answers"})
WHOLE = frozenset(SignalIn.model_fields) - {*PARTS, *OPEN_PARTS, "signal_id"}
WHO = frozenset({"person.email", "visitor_id"})
INSTANTS = frozenset({"occurred_at", "consent.given_at"})
OPTED_OUT, UNSUBSCRIBE = "opted_out", "unsubscribe"
READ_AS: Mapping[str, Callable[[str], object]] = {
    "person.country": csv_values.country,
    "company.country": csv_values.country,
    "company.employees": csv_values.headcount,
    "company.annual_revenue": csv_values.whole,
    "company.technologies": csv_values.parts,
}
SETTINGS = ("fields", "key", "zone", "dates", "blank", "ignore")
DEAL = frozenset({"sdr", "owner", "won_at", "amount"})
LARGEST_AMOUNT = 10**12
UNNAMED = "row"  # where a signal keeps the columns that the mapping does not name


class InvalidMapping(ValueError):
    """The mapping cannot be used; the message says what to change."""


@dataclass(frozen=True, kw_only=True)
class RowMapping:
    """How a row becomes a signal: each field is a text with {columns} in it; blank columns leave it out.

    `key` names the row for ever, so that the same row of the same source is one signal however often it comes;
    without one the row's whole content does. Times without a zone are those of `zone`; a date begins its day. A cell
    that holds `blank` is blank. Whose field `opted_out` says yes, as of now, does not want to be contacted.
    """

    fields: Mapping[str, str]
    key: str = ""
    zone: str = "UTC"
    dates: Dates = Dates.YEAR
    blank: str = ""
    ignored: frozenset[str] = frozenset()
    new_types: Mapping[str, str] = field(default_factory=dict)
    qualified_elsewhere: str = ""
    deal: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""

    def columns(self) -> list[str]:
        """The columns that a file must have, in order of their first mention."""
        templates = [self.key, *self.fields.values(), *self.deal.values()]
        return list(dict.fromkeys(name for template in templates for name in columns_in(template)))

    @cached_property
    def named(self) -> frozenset[str]:
        """The columns that are fields of the signal, or are left out."""
        return self.ignored.union(self.columns())

    @cached_property
    def readers(self) -> "tuple[_Reader, ...]":
        """How each field is read, worked out once for the rows of a file."""
        fields = ((path, template) for path, template in self.fields.items() if path != OPTED_OUT)
        return tuple(_reader(path, template, self) for path, template in fields)


class _Reader(NamedTuple):
    """Where a field lies in the payload, and what of a row it says: one column, or a template of them."""

    part: str
    name: str
    column: str
    template: str
    read: Callable[[str], object] | None


@dataclass(frozen=True)
class Deal:
    """A closed deal of a row: who developed it, who won it, when, and for how much where that is known."""

    sdr: str
    owner: str
    won_at: datetime
    won_on: date
    amount: Decimal | None


def parse(data: object, *, new_types: Mapping[str, str] | None = None) -> RowMapping:
    """The mapping that a JSON document holds, with the types of signals that it may bring; raises InvalidMapping."""
    if not isinstance(data, Mapping) or not isinstance(data.get("fields"), Mapping):
        raise InvalidMapping(
            'A mapping is an object with "fields", such as {"fields": {"type": "form_submit"}}.'
        )
    unknown = sorted(set(map(str, data)).difference(SETTINGS))
    if unknown:
        has = " and ".join((", ".join(SETTINGS[:-1]), SETTINGS[-1]))
        raise InvalidMapping(f"A mapping has {has}, but no {unknown[0]}.")
    mapping = RowMapping(
        fields={str(path): _text(template, f"The field {path}") for path, template in data["fields"].items()},
        key=_text(data.get("key", ""), "The key"),
        zone=_text(data.get("zone", "UTC"), "The zone"),
        dates=_dates(data.get("dates", Dates.YEAR)),
        blank=_text(data.get("blank", ""), "What stands for a blank cell"),
        ignored=frozenset(_names(data.get("ignore", []))),
        new_types=new_types or {},
    )
    for problem in problems(mapping):
        raise InvalidMapping(problem)
    return mapping


def problems(mapping: RowMapping) -> Iterator[str]:
    """What keeps the mapping from being used, a sentence each."""
    for path in mapping.fields:
        if not _is_known(path):
            yield f"A signal has no field {path}.{nearest(path, _paths())}"
    if "type" not in mapping.fields:
        yield "The mapping does not say of what type the signals are: give the field type."
    if not WHO & set(mapping.fields):
        yield "The mapping does not say whose signals they are: give the field person.email or visitor_id."
    try:
        ZoneInfo(mapping.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield f"There is no time zone {mapping.zone}; one is Europe/Berlin."


def missing_columns(mapping: RowMapping, header: Sequence[str]) -> list[str]:
    """The columns that the mapping asks for and the file does not have."""
    return [name for name in mapping.columns() if name not in header]


def signal_of(mapping: RowMapping, row: Mapping[str, str]) -> dict[str, Any]:
    """The payload of the row's signal, with an id made from its key; raises UnreadableRow."""
    if mapping.blank:
        row = {name: "" if value.strip() == mapping.blank else value for name, value in row.items()}
    payload: dict[str, Any] = {"signal_id": _signal_id(mapping, row)}
    part, name = "", ""
    try:
        for part, name, column, template, read in mapping.readers:
            text = row[column] if column else filled(template, row)
            if text and (not column or text.strip()):
                (payload.setdefault(part, {}) if part else payload)[name] = read(text) if read else text
    except UnreadableRow as error:
        error.field = f"{part}.{name}" if part else name
        raise
    if OPTED_OUT in mapping.fields and _opts_out(filled(mapping.fields[OPTED_OUT], row)):
        payload["type"] = UNSUBSCRIBE
        for told in ("occurred_at", "consent"):  # it holds from now on, whenever the person was first known
            payload.pop(told, None)
    rest = {name: value for name, value in row.items() if value and name not in mapping.named}
    return {**payload, UNNAMED: rest} if rest else payload


def deal_of(mapping: RowMapping, row: Mapping[str, str]) -> Deal:
    """The closed deal of the row; raises UnreadableRow. An amount of 0 is one that nobody declared."""
    texts = {name: filled(mapping.deal[name], row) for name in DEAL}
    for name in ("sdr", "owner", "won_at"):
        if not texts[name]:
            raise UnreadableRow(f"The row does not say {name.replace('_', ' ')}.")
    won_at = csv_values.instant(texts["won_at"], zone=mapping.zone, dates=mapping.dates)
    try:
        won_on = won_at.astimezone(ZoneInfo(mapping.zone)).date()
    except OverflowError:
        raise UnreadableRow(f"“{texts['won_at'][:40]}” lies in no year that can be meant.") from None
    return Deal(texts["sdr"], texts["owner"], won_at, won_on, _amount(texts["amount"]))


def _signal_id(mapping: RowMapping, row: Mapping[str, str]) -> str:
    if not mapping.key:
        names, shape = _canonical(tuple(row))
        canonical = shape % tuple([encode_basestring_ascii(row[name]) for name in names])
        return f"row-{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = filled(mapping.key, row)
    if not key:
        raise UnreadableRow(f"It has no key: {', '.join(columns_in(mapping.key))} is blank.")
    return key


@lru_cache(maxsize=100)
def _canonical(header: tuple[str, ...]) -> tuple[list[str], str]:
    """The columns in order, and the shape of the JSON text, keys sorted and without blanks, that their rows have."""
    names = sorted(header)
    cells = ",".join(f"{encode_basestring_ascii(name).replace('%', '%%')}:%s" for name in names)
    return names, f"{{{cells}}}"


def filled(template: str, row: Mapping[str, str]) -> str:
    """The template with its columns filled in; '' when all of them are blank, for there is nothing to say."""
    if column := _column_of(template):
        return row[column] if row[column].strip() else ""
    names = columns_in(template)
    if names and not any(row[name].strip() for name in names):
        return ""
    return COLUMN.sub(lambda found: row[found[1]], template)


@lru_cache(maxsize=1_000)
def columns_in(template: str) -> tuple[str, ...]:
    """The columns that a template names, in their order."""
    return tuple(COLUMN.findall(template))


def _reader(path: str, template: str, mapping: RowMapping) -> _Reader:
    first, _, rest = path.partition(".")
    part, name = (first, rest) if rest else ("", first)
    return _Reader(part, name, _column_of(template), template, _read_as(path, mapping))


def _column_of(template: str) -> str:
    """The one column that the template is, '' for any other."""
    names = columns_in(template)
    return names[0] if len(names) == 1 and len(template) == len(names[0]) + len("{}") else ""


def _read_as(path: str, mapping: RowMapping) -> Callable[[str], object] | None:
    """What becomes of the field's text; None where it stays as it is."""
    if path in INSTANTS:
        return partial(csv_values.instant_text, zone=mapping.zone, dates=mapping.dates)
    return READ_AS.get(path)


def _opts_out(text: str) -> bool:
    try:
        return csv_values.is_yes(text)
    except UnreadableRow as error:
        error.field = OPTED_OUT
        raise


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text.strip() or "0")
    except InvalidOperation:
        amount = Decimal("NaN")
    if not (amount.is_finite() and 0 <= amount < LARGEST_AMOUNT):
        raise UnreadableRow(f"“{text[:60]}” is not an amount.")
    return amount or None


def _is_known(path: str) -> bool:
    part, _, name = path.partition(".")
    if not name:
        return part in WHOLE or part == OPTED_OUT
    return part in OPEN_PARTS or name in PARTS.get(part, frozenset())


def _paths() -> list[str]:
    return [*sorted(WHOLE), *(f"{part}.{name}" for part, names in PARTS.items() for name in sorted(names))]


def _text(value: object, what: str) -> str:
    if not isinstance(value, str):
        raise InvalidMapping(f"{what} must be text.")
    return value


def _dates(value: object) -> Dates:
    try:
        return Dates(str(value))
    except ValueError:
        raise InvalidMapping(
            "The dates begin with the year, the day or the month: give one of these words."
        ) from None


def _names(value: object) -> Iterable[str]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise InvalidMapping("The ignored columns must be a list of names.")
    return value
