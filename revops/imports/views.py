"""The import pages: bring a file, say what its columns mean, try it, take it in, stop it, read what came of it."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from leads import background, file_imports, parameters
from leads.access import only
from leads.domain.csv_presets import PRESETS
from leads.file_imports import AlreadyBegun
from leads.imports import UnreadableFile
from leads.models import FileImport, Role
from leads.viewer import viewer
from reports import csv_export
from revops.imports import file_importing
from revops.imports import forms as import_forms
from revops.imports import page as import_page
from revops.imports.file_importing import CannotBegin
from revops.imports.forms import ColumnsForm, UploadForm
from revops.uploads import as_path

IMPORTERS = (Role.OPS, Role.MARKETER)
UNPROCESSABLE = 422


@require_safe
@only(*IMPORTERS)
def import_list(request: HttpRequest) -> HttpResponse:
    """The files that were brought, newest first, and a place for the next."""
    return _list(request, UploadForm())


@require_POST
@only(*IMPORTERS)
def upload(request: HttpRequest) -> HttpResponse:
    """Keep a file that can be read as CSV, and go on to its columns."""
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list(request, form, status=UNPROCESSABLE)
    file, source = form.cleaned_data["file"], form.cleaned_data["source"]
    try:
        with as_path(file) as path:
            kept = file_imports.keep(
                path, name=file.name, source=source, by=viewer(request), now=timezone.now()
            )
    except UnreadableFile as refused:
        form.add_error("file", str(refused))
        return _list(request, form, status=UNPROCESSABLE)
    return redirect("import-columns", kept.pk)


@require_safe
@only(*IMPORTERS)
def one(request: HttpRequest, import_id: int) -> HttpResponse:
    """How far one file is: its columns still unsaid, tried, being taken in, or done."""
    file_import = _import(import_id)
    if not file_import.is_mapped and file_import.forgotten_at is None:
        return redirect("import-columns", import_id)
    return render(request, "revops/import.html", {"page": import_page.build(file_import)})


@require_safe
@only(*IMPORTERS)
def progress(request: HttpRequest, import_id: int) -> HttpResponse:
    """How far it is, alone; once the run has ended, the page around it loads again."""
    page = import_page.build(_import(import_id))
    answer = render(request, "revops/_import_progress.html", {"page": page})
    if page.running is None:
        answer.headers["HX-Refresh"] = "true"
    return answer


@require_safe
@only(*IMPORTERS)
def columns(request: HttpRequest, import_id: int) -> HttpResponse:
    """What the columns mean, as far as their names or the last file of the source say."""
    file_import = _import(import_id)
    if file_import.run is not None or file_import.forgotten_at is not None:
        return redirect("import", import_id)
    like, initial = import_page.beginning(file_import, like=request.GET.get("like", ""))
    return _columns(request, file_import, ColumnsForm(file_import, initial=initial), like=like)


@require_POST
@only(*IMPORTERS)
def save_columns(request: HttpRequest, import_id: int) -> HttpResponse:
    """Keep what the columns mean."""
    file_import, preset = _import(import_id), request.POST.get("preset", "")
    form = ColumnsForm(file_import, request.POST)
    if preset not in PRESETS and not form.is_valid():
        return _columns(request, file_import, form, status=UNPROCESSABLE)
    try:
        if preset in PRESETS:
            file_imports.map_columns(file_import, kind=file_import.kind, preset=preset)
        else:
            file_imports.map_columns(file_import, kind=form.cleaned_data["kind"], mapping=form.mapping())
    except AlreadyBegun:
        messages.warning(request, _("Rows of this file are in already, so its columns stay as they are."))
    return redirect("import", import_id)


@require_POST
@only(*IMPORTERS)
def check(request: HttpRequest, import_id: int) -> HttpResponse:
    """Ask for a dry run and watch it."""
    try:
        file_importing.check(_import(import_id), by=viewer(request), now=timezone.now())
    except CannotBegin as refused:
        messages.warning(request, str(refused))
    return redirect("import", import_id)


@require_POST
@only(*IMPORTERS)
def begin(request: HttpRequest, import_id: int) -> HttpResponse:
    """Take the file in, or go on with it, and watch it."""
    try:
        file_importing.begin(_import(import_id), by=viewer(request), now=timezone.now())
    except CannotBegin as refused:
        messages.warning(request, str(refused))
    return redirect("import", import_id)


@require_POST
@only(*IMPORTERS)
def cancel(request: HttpRequest, import_id: int) -> HttpResponse:
    """Stop what goes on; rows that are in stay in."""
    file_import, now = _import(import_id), timezone.now()
    runs = [run for run in (file_import.run, file_import.check_run) if run is not None and run.is_open]
    if sum(background.cancel(run, now=now) for run in runs):
        messages.success(request, _("It stops within a second. What is in stays in."))
    else:
        messages.info(request, _("It had ended already."))
    return redirect("import", import_id)


@require_POST
@only(*IMPORTERS)
def forget(request: HttpRequest, import_id: int) -> HttpResponse:
    """Keep a file no longer, such as one that was brought by mistake; rows that are in stay in."""
    file_import = _import(import_id)
    try:
        file_importing.forget(file_import, by=viewer(request), now=timezone.now())
    except CannotBegin as refused:
        messages.warning(request, str(refused))
        return redirect("import", import_id)
    messages.success(request, _("“%(name)s” is no longer kept.") % {"name": file_import.name})
    return redirect("imports")


@require_safe
@only(*IMPORTERS)
def refused(request: HttpRequest, import_id: int) -> HttpResponseBase:
    """Every row that was not taken in, with its line and why, as a CSV file that can be mended and brought again."""
    file_import = _import(import_id)
    return StreamingHttpResponse(
        _refused(file_import),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="import-{file_import.pk}-refused.csv"'},
    )


def _refused(file_import: FileImport) -> Iterator[str]:
    rows = file_import.refused_rows.order_by("line", "id").values_list("line", "reason", "cells")
    header = [csv_export.as_text(name) for name in file_import.header]
    return csv_export.lines(
        ["line", "reason", *header],
        ([line, reason, *cells] for line, reason, cells in rows.iterator(chunk_size=2000)),
    )


def _import(import_id: int) -> FileImport:
    found = FileImport.objects.select_related("source", "uploaded_by", "run__asked_by", "check_run")
    return get_object_or_404(found, pk=import_id)


def _list(request: HttpRequest, form: UploadForm, *, status: int = 200) -> HttpResponse:
    before = parameters.whole_number(request, "before")
    context = {"form": form, "sources": import_forms.sources(), "page": import_page.listed(before=before)}
    return render(request, "revops/imports.html", context, status=status)


def _columns(
    request: HttpRequest, file_import: FileImport, form: ColumnsForm, *, like: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "file_import": file_import,
        "form": form,
        "columns": form.columns(file_import.sample),
        "like": like,
        "likes": import_page.likes(file_import),
        "preset": PRESETS.get(like),
    }
    return render(request, "revops/import_columns.html", context, status=status)
