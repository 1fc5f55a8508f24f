"""The forms of an import: the file with its source, and what each of its columns means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.domain import csv_guess, csv_mapping, csv_values
from leads.domain.csv_guess import LISTED, NEW_TYPES
from leads.domain.csv_mapping import COLUMN, INSTANTS
from leads.domain.csv_values import Dates
from leads.models import FileImport, SignalType, Source
from revops.imports.meanings import KEPT, LEFT_OUT, WHAT_COLUMNS_HOLD, Choices, date_choices

EVENT = "event_attended"


class UploadForm(forms.Form):
    """A file, and whom its rows come from."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        allow_empty_file=True,
        max_length=200,
        error_messages={"required": gettext_lazy("Choose a file.")},
    )
    source = forms.CharField(
        label=gettext_lazy("Where it comes from"),
        max_length=60,
        help_text=gettext_lazy(
            "A source that is there already, or a new one, such as Dreamforce 2026 or HubSpot."
        ),
        widget=forms.TextInput(attrs={"list": "sources", "autocomplete": "off"}),
    )


class ColumnsForm(forms.Form):
    """What the columns of one file mean, and where its people come from."""

    kind = forms.ChoiceField(label=gettext_lazy("Where the people come from"), choices=FileImport.Kind)
    consent_text = forms.CharField(
        label=gettext_lazy("What they agreed to"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "For an opt-in list: the words under which their addresses were collected. Kept with every signal."
        ),
    )
    type = forms.ChoiceField(
        label=gettext_lazy("What each row says they did"),
        help_text=gettext_lazy("Unless a column says it row by row."),
    )
    key = forms.ChoiceField(
        label=gettext_lazy("Column that names a row for ever"),
        required=False,
        help_text=gettext_lazy("Without one, a row is the same as another only where every cell is."),
    )
    zone = forms.CharField(
        label=gettext_lazy("Time zone of its times"),
        max_length=60,
        help_text=gettext_lazy("For times that name none, such as Europe/Berlin."),
    )

    dates = forms.ChoiceField(label=gettext_lazy("How its dates are written"), required=False)
    blank = forms.CharField(
        label=gettext_lazy("What stands in a cell that holds nothing"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("Empty, unless it is a word, such as null in an export of Marketo."),
    )

    def __init__(self, file_import: FileImport, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.header: list[str] = file_import.header
        self.set_choices("type", _types())
        self.set_choices("dates", date_choices())
        self.set_choices("key", [("", _("None")), *((name, name) for name in self.named())])
        for place, name in enumerate(self.header):
            field = forms.ChoiceField(label=name, required=False, choices=WHAT_COLUMNS_HOLD)
            field.disabled = not csv_guess.can_be_named(name)
            self.fields[f"column-{place}"] = field

    def set_choices(self, name: str, choices: Choices) -> None:
        """Let the field be one of these."""
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def named(self) -> Iterable[str]:
        """The columns that a mapping can name."""
        return filter(csv_guess.can_be_named, self.header)

    def columns(self, sample: Sequence[Sequence[str]]) -> list[dict[str, Any]]:
        """Each column with its field, and what stands in it in the first rows."""
        return [
            {
                "field": self[f"column-{place}"],
                "name": name,
                "cells": [row[place] for row in sample if len(row) > place and row[place].strip()],
            }
            for place, name in enumerate(self.header)
        ]

    def settings(self) -> list[Any]:
        """The fields that are about the whole file."""
        return [self[name] for name in ("kind", "consent_text", "type", "key", "dates", "zone", "blank")]

    def clean_zone(self) -> str:
        zone = str(self.cleaned_data["zone"]).strip()
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise forms.ValidationError(_("There is no such time zone. One is Europe/Berlin.")) from None
        return zone

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        told = [cleaned.get(f"column-{place}", "") for place in range(len(self.header))]
        chosen = [path for path in told if path not in (KEPT, LEFT_OUT)]
        for place, path in enumerate(told):
            if path in chosen and chosen.count(path) > 1:
                self.add_error(
                    f"column-{place}", _("Another column has this meaning too. Choose one of them.")
                )
        if not csv_mapping.WHO & set(chosen):
            self.add_error(None, _("Say which column holds the e-mail address."))
        if not cleaned.get("dates") and INSTANTS & set(chosen):
            self.add_error("dates", _("Say what its dates begin with, for both could be meant."))
        self._check_consent(cleaned)
        return cleaned

    def mapping(self) -> dict[str, Any]:
        """The mapping as plain data; the form is valid."""
        cleaned = self.cleaned_data
        fields, ignored = {"type": cleaned["type"]}, []
        for place, name in enumerate(self.header):
            path = cleaned.get(f"column-{place}", KEPT)
            if path == LEFT_OUT:
                ignored.append(name)
            elif path != KEPT:
                fields[path] = f"{{{name}}}"
        if cleaned["consent_text"]:
            fields |= {"consent.basis": "opt_in", "consent.text": cleaned["consent_text"]}
        key = f"{{{cleaned['key']}}}" if cleaned["key"] else ""
        return {
            "fields": fields,
            "key": key,
            "zone": cleaned["zone"],
            "dates": cleaned["dates"] or Dates.YEAR.value,
            "blank": cleaned["blank"].strip(),
            "ignore": ignored,
        }

    def _check_consent(self, cleaned: Mapping[str, Any]) -> None:
        text = str(cleaned.get("consent_text", "")).strip()
        if COLUMN.search(text):
            self.add_error("consent_text", _("Write it without braces: they mark columns."))
        if text and cleaned.get("kind") != FileImport.Kind.OPT_IN:
            self.add_error("kind", _("Only the people of an opt-in list agreed to something."))
        if text:
            return
        if cleaned.get("kind") == FileImport.Kind.OPT_IN:
            self.add_error("consent_text", _("Give the words that the people on this list agreed to."))
        elif cleaned.get("type") == EVENT:
            self.add_error("kind", _("A list of the people who came to an event is an opt-in list."))


def guessed(file_import: FileImport, *, export: str) -> dict[str, Any]:
    """What a form begins with, by the names of the columns."""
    paths = csv_guess.guess(file_import.header, export=export)
    return {
        "kind": file_import.kind,
        "type": LISTED,
        "zone": settings.ORGANISATION_TIME_ZONE,
        "dates": _dates_of(file_import, paths),
        "blank": csv_guess.BLANK.get(export, ""),
        **{f"column-{place}": paths.get(name, KEPT) for place, name in enumerate(file_import.header)},
    }


def as_before(file_import: FileImport, earlier: FileImport) -> dict[str, Any]:
    """What a form begins with, where `earlier` was read by a mapping; columns that are new are guessed."""
    mapping = earlier.mapping or {}
    fields: dict[str, str] = mapping.get("fields", {})
    paths = _columns_of(earlier)
    fresh = csv_guess.guess([name for name in file_import.header if name not in earlier.header])
    paths = {**{name: path for name, path in fresh.items() if path not in fields}, **paths}
    ignored = dict.fromkeys(mapping.get("ignore", []), LEFT_OUT)
    key = COLUMN.fullmatch(mapping.get("key", ""))
    return {
        "kind": earlier.kind,
        "consent_text": fields.get("consent.text", ""),
        "type": LISTED if COLUMN.fullmatch(fields["type"]) else fields["type"],
        "key": key[1] if key and key[1] in file_import.header else "",
        "zone": mapping.get("zone", settings.ORGANISATION_TIME_ZONE),
        "dates": mapping.get("dates", Dates.YEAR.value),
        "blank": mapping.get("blank", ""),
        **{
            f"column-{place}": (ignored | paths).get(name, KEPT)
            for place, name in enumerate(file_import.header)
        },
    }


def says_who(earlier: FileImport, header: Sequence[str]) -> bool:
    """Whether a file with this header holds the column by which `earlier` named its people."""
    who = {name for name, path in _columns_of(earlier).items() if path in csv_mapping.WHO}
    return bool(who & set(header))


def _columns_of(earlier: FileImport) -> dict[str, str]:
    fields: dict[str, str] = (earlier.mapping or {}).get("fields", {})
    return {found[1]: path for path, text in fields.items() if (found := COLUMN.fullmatch(text))}


def _dates_of(file_import: FileImport, paths: Mapping[str, str]) -> str:
    """What the dates in the first rows begin with; "" where that cannot be told, and somebody has to say it."""
    places = [place for place, name in enumerate(file_import.header) if paths.get(name) in INSTANTS]
    cells = [row[place] for row in file_import.sample for place in places if place < len(row)]
    return csv_values.dates_of(cells) or ""


def sources() -> list[str]:
    """The names of the sources that are there already."""
    return list(Source.objects.order_by("name").values_list("name", flat=True)[:200])


def _types() -> Choices:
    known = dict(SignalType.objects.order_by("label").values_list("code", "label"))
    return list({**NEW_TYPES, **known}.items())
