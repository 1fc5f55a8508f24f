"""What the import pages show: the files with their states, one file's figures, and how its columns may be guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leads import file_imports
from leads.domain import csv_guess, csv_mapping
from leads.domain.csv_presets import PRESETS
from leads.models import BackgroundRun, FileImport
from revops.imports import forms as import_forms
from revops.imports.meanings import FIELDS

PAGE = 50
LAST = "last"
Status = BackgroundRun.Status


@dataclass(frozen=True)
class Line:
    """One file of the list, with the state that it is in."""

    file_import: FileImport
    state: str


@dataclass(frozen=True)
class Listed:
    """Some files, newest first, and where the older ones are."""

    lines: list[Line]
    older_url: str


@dataclass(frozen=True)
class Page:
    """One file: its state in words, its figures, and what can be done with it now."""

    file_import: FileImport
    state: str
    running: BackgroundRun | None
    is_check: bool
    stats: list[dict[str, Any]]
    found: Mapping[str, Any] | None
    found_stats: list[dict[str, Any]]
    stopped: str
    can_begin: bool
    receivers: list[tuple[str, int]]
    columns: list[tuple[str, str]]


def listed(*, before: int | None) -> Listed:
    """Fifty files, newest first, or those before an id."""
    found = FileImport.objects.select_related("source", "uploaded_by", "run", "check_run").order_by("-pk")
    files = list((found.filter(pk__lt=before) if before else found)[: PAGE + 1])
    older = f"{reverse('imports')}?before={files[PAGE - 1].pk}" if len(files) > PAGE else ""
    return Listed([Line(each, state_of(each)) for each in files[:PAGE]], older)


def state_of(file_import: FileImport) -> str:
    """Where the file stands, in a few words."""
    run, check = file_import.run, file_import.check_run
    if file_import.finished_at is not None:
        return _("Done")
    if run is not None:
        return _of_run(file_import, run)
    if file_import.forgotten_at is not None:
        return _("Forgotten")
    if not file_import.is_mapped:
        return _("Waits for its columns")
    if check is not None and check.is_open:
        return _("Being tried")
    return _("Tried") if check is not None and check.result is not None else _("Not tried yet")


def build(file_import: FileImport) -> Page:
    """The page of one file."""
    run, check = file_import.run, file_import.check_run
    running = next((each for each in (run, check) if each is not None and each.is_open), None)
    found = check.result if check is not None else None
    return Page(
        file_import=file_import,
        state=state_of(file_import),
        running=running,
        is_check=running is not None and running == check,
        stats=_stats(vars(file_import), file_import) if run is not None else [],
        found=found if run is None else None,
        found_stats=_stats(found) if found else [],
        stopped=_stopped(file_import),
        can_begin=running is None and file_import.finished_at is None and file_import.forgotten_at is None,
        receivers=list(found["receivers"].items()) if found else [],
        columns=_columns(file_import),
    )


def likes(file_import: FileImport) -> list[dict[str, str]]:
    """By what the meaning of the columns may be guessed."""
    names = {
        csv_guess.GENERIC: _("Names of columns"),
        "hubspot": "HubSpot",
        "salesforce": "Salesforce",
        "marketo": "Marketo",
        "olist": _("Olist’s leads"),
        "olist-deals": _("Olist’s deals"),
    }
    if file_imports.last_of(file_import.source, before=file_import) is not None:
        names = {LAST: _("As the last file from %(source)s") % {"source": file_import.source}, **names}
    return [{"code": code, "label": label} for code, label in names.items()]


def beginning(file_import: FileImport, *, like: str) -> tuple[str, dict[str, Any]]:
    """What the form begins with, and by what it was guessed: what is asked for, or else what fits best."""
    last = file_imports.last_of(file_import.source, before=file_import)
    like = like or _best(file_import, last)
    if file_import.mapping is not None and not like:
        return like, import_forms.as_before(file_import, file_import)
    if like == LAST and last is not None:
        return like, import_forms.as_before(file_import, last)
    if like in PRESETS:
        return like, import_forms.guessed(file_import, export=csv_guess.GENERIC)
    like = like if like in csv_guess.EXPORTS else csv_guess.GENERIC
    return like, import_forms.guessed(file_import, export=like)


def _best(file_import: FileImport, last: FileImport | None) -> str:
    """What has been said already; the last file of the source; or what the names of the columns fit best."""
    if file_import.is_mapped:
        return file_import.preset
    if last is not None and import_forms.says_who(last, file_import.header):
        return LAST
    known = [
        name
        for name, mapping in PRESETS.items()
        if not csv_mapping.missing_columns(mapping, file_import.header)
    ]
    return known[0] if known else csv_guess.likeliest(file_import.header)


def _of_run(file_import: FileImport, run: BackgroundRun) -> str:
    if run.is_open:
        return _("Going in")
    if not file_import.read:
        return _("Stopped before the first row")
    return _("Stopped after %(rows)s rows") % {"rows": f"{file_import.read:,}"}


def _stopped(file_import: FileImport) -> str:
    """That the run ended before the file did, and why."""
    run = file_import.run or file_import.check_run
    if run is None or run.is_open or file_import.finished_at is not None or run.status == Status.DONE:
        return ""
    if run.status == Status.FAILED:
        return run.error
    return _("It was cancelled. What is in stays in.") if run == file_import.run else _("It was cancelled.")


def _stats(figures: Mapping[str, Any], file_import: FileImport | None = None) -> list[dict[str, Any]]:
    """The figures of a dry run, or of a file that is going in, each with what it means and where its records are."""
    leads, new, refused, qualified = "", "", "", ""
    if file_import is not None and file_import.read:
        leads = f"{reverse('leads')}?import={file_import.pk}"
        new = f"{leads}&new=yes"
        refused = reverse("import-refused", args=[file_import.pk]) if file_import.refused else ""
        if file_import.qualified and file_imports.knows_who_qualified(file_import):
            qualified = f"{leads}&qualified=yes"
    read = figures["read"]
    words = (
        ("read", _("Read"), "", _("Rows after the header; blank lines are none.")),
        ("stored", _("Stored"), leads, _("Rows that became a signal of a person.")),
        ("created", _("New people"), new, _("Stored rows with which a person came to be known.")),
        ("repeated", _("Repeated"), "", _("Rows that were taken in before, unchanged; they change nothing.")),
        (
            "refused",
            _("Refused"),
            refused,
            _("Rows that could not be taken in; each is named with its reason."),
        ),
        (
            "qualified",
            _("Qualified"),
            qualified,
            _(
                "People who passed the gate to sales by a row; each counts once, however many rows tell of them."
            ),
        ),
    )
    return [
        {
            "label": label,
            "value": f"{figures[name]:,}",
            "base": _share(figures[name], read) if name != "read" else "",
            "url": url if figures[name] else "",
            "definition": definition,
        }
        for name, label, url, definition in words
    ]


def _share(count: int, read: int) -> str:
    rows = ngettext("of %(read)s row", "of %(read)s rows", read) % {"read": f"{read:,}"}
    return rows if count else ""


def _columns(file_import: FileImport) -> list[tuple[str, str]]:
    """Each field with the column, or the words, that it is read from."""
    if file_import.preset:
        return [(_("Read as"), file_import.preset)]
    fields = (file_import.mapping or {}).get("fields", {})
    words = {path: str(label) for _group, named in FIELDS for path, label in named}
    words = {**words, "person.email": _("E-mail"), "consent.text": _("What they agreed to")}
    return [(words[path], fields[path].strip("{}")) for path in words if path in fields]
