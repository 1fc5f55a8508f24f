"""Somebody at the import pages: brings a file, names its columns, begins it."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from leads import background
from leads.models import FileImport
from revops.background_work import WORK

CRM = (
    "Email,First Name,Company Name,Shoe size\n"
    "eva@acme.example,Eva,Acme,38\n"
    "no address,Bob,Acme,44\n"
    "ada@beta.example,Ada,Beta,39\n"
    "ada@beta.example,Ada,Beta,39\n"
)


def bring(desk: Client, content: str | bytes, *, name: str = "crm.csv", source: str = "CRM") -> Any:
    data = content if isinstance(content, bytes) else content.encode()
    return desk.post(reverse("import-upload"), {"file": SimpleUploadedFile(name, data), "source": source})


def brought(desk: Client, content: str | bytes = CRM) -> FileImport:
    answer = bring(desk, content)
    assert answer.status_code == 302, answer.content
    return FileImport.objects.latest("pk")


def choices(desk: Client, one: FileImport, **changed: str) -> dict[str, str]:
    """What the columns page would send as it opens, with some of it changed."""
    form = desk.get(reverse("import-columns", args=[one.pk])).context["form"]
    return {name: str(form[name].value() or "") for name in form.fields} | changed


def mapped(desk: Client, one: FileImport, **changed: str) -> Any:
    return desk.post(reverse("import-columns-save", args=[one.pk]), choices(desk, one, **changed))


def page_of(desk: Client, one: FileImport) -> Any:
    return desk.get(one.get_absolute_url()).context["page"]


def begun(desk: Client, one: FileImport) -> FileImport:
    desk.post(reverse("import-begin", args=[one.pk]))
    background.work_off(WORK)
    one.refresh_from_db()
    return one
