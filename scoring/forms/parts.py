"""One part of a draft as a form: it shows what a model says, and makes of what is typed the model that says so.

Rows are named by codes, not ids, so that nothing that is typed depends on how it is stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict

from scoring.domain.model import Model
from scoring.domain.publishable import Fault

MOST_ROWS = 60
NEW = re.compile(r"new\d{1,3}")


@dataclass(frozen=True)
class Row:
    """One line of a table of the form: its code, its name, its fields."""

    key: str
    label: str
    fields: list[BoundField]

    @property
    def is_new(self) -> bool:
        """Whether the line was added on this page."""
        return bool(NEW.fullmatch(self.key))


class RevisionForm(forms.Form):
    """Which state of a draft somebody looked at."""

    revision = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    @property
    def seen(self) -> int:
        """The revision that a valid form showed; a form that does not say matches none."""
        revision: int | None = self.cleaned_data["revision"]
        return -1 if revision is None else revision


class PartForm(RevisionForm):
    """One part of a model. `data` is checked, `sent` is only shown again: a row more or less is no save yet."""

    parts: tuple[str, ...] = ()

    def __init__(
        self, data: Any = None, *, model: Model, revision: int, sent: QueryDict | None = None
    ) -> None:
        self.model = model
        self.told: dict[str, list[str]] = {}
        super().__init__(data)
        self.arrange(data if data is not None else sent)
        self.initial = {**self.stored(), "revision": revision}
        if sent is not None:
            self.initial |= {name: sent.get(name, "") for name in self.fields}

    def arrange(self, given: Mapping[str, Any] | None) -> None:
        """Make the fields that depend on the model, or on the rows that a form was sent with."""

    def stored(self) -> dict[str, Any]:
        """What the model says, by field."""
        raise NotImplementedError

    def applied(self, model: Model) -> Model:
        """`model` with what a valid form says in the place of this part."""
        raise NotImplementedError

    @property
    def note(self) -> str | None:
        """What the version changes, where this form asks for it."""
        return None

    def tell(self, faults: Iterable[Fault]) -> None:
        """Show each fault of this part beside its field, or at the table that it concerns; the form is bound."""
        for fault in faults:
            if not self.concerns(fault):
                continue
            if fault.field in self.fields:
                self.add_error(fault.field, fault.sentence)
            else:
                self.told.setdefault(fault.field, []).append(fault.sentence)

    def concerns(self, fault: Fault) -> bool:
        """Whether a fault is mended here."""
        return fault.part in self.parts


class RowsForm(PartForm):
    """A part that is a list of rows, which are added, moved and taken away before they are saved."""

    rows = forms.CharField(required=False, max_length=4000, widget=forms.HiddenInput)

    def arrange(self, given: Mapping[str, Any] | None) -> None:
        named = None if given is None else given.get("rows")
        self.keys = self.known() if named is None else self._keys_in(str(named))
        for key in self.keys:
            self.fields |= self.row_fields(key)

    def known(self) -> list[str]:
        """The codes of the rows that the model has, in their order."""
        raise NotImplementedError

    def takes(self, key: str) -> bool:
        """Whether a row may have this code."""
        return key in self.known()

    def row_fields(self, key: str) -> dict[str, forms.Field]:
        """The fields of one row."""
        raise NotImplementedError

    def _keys_in(self, text: str) -> list[str]:
        """The rows that a form names, each once, without any that cannot be."""
        return list(dict.fromkeys(key for key in text.split(",") if self.takes(key)))[:MOST_ROWS]


def rearranged(sent: QueryDict, change: str) -> QueryDict:
    """The form as it was sent, with a row "up:CODE", "down:CODE", "remove:CODE" or "add:CODE"; "add:" is a new one."""
    data = sent.copy()
    keys = [key for key in sent.get("rows", "").split(",") if key]
    what, _colon, key = change.partition(":")
    if what == "add" and len(keys) < MOST_ROWS:
        keys.append(key or sent.get("new_row", "") or _fresh(keys))
    elif key in keys:
        keys = _moved(keys, key, what)
    data["rows"] = ",".join(keys)
    return data


def in_table(field: forms.Field) -> forms.Field:
    """A field whose label is the table's own heads, and read out by its name."""
    field.widget.attrs["aria-label"] = str(field.label)
    return field


def short(value: float | None) -> float | None:
    """A number without the decimals that say nothing: 35, not 35.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _moved(keys: list[str], key: str, what: str) -> list[str]:
    place = keys.index(key)
    rest = [each for each in keys if each != key]
    if what == "remove":
        return rest
    target = {"up": place - 1, "down": place + 1}.get(what, place)
    return [*rest[: max(target, 0)], key, *rest[max(target, 0) :]]


def _fresh(keys: Sequence[str]) -> str:
    taken = [int(key.removeprefix("new")) for key in keys if NEW.fullmatch(key)]
    return f"new{max(taken, default=0) + 1}"
