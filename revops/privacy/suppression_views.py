"""The page of who is not to be contacted: asked, added to by hand or by file, and shortened (IN-10)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from leads import audit, suppressions
from leads.access import only
from leads.domain.identity import LONGEST_EMAIL
from leads.imports import UnreadableFile
from leads.models import Role, Suppression
from leads.suppressions import NotAnAddress
from leads.viewer import viewer
from revops.privacy import refusal_files
from revops.privacy.refusal_files import Line
from revops.uploads import as_path

UNPROCESSABLE = 422
MOST_SHOWN = 100
MOST_LINES = 50_000
FIRST_UNREAD = 10
SUBJECT = "suppressions"


class AddForm(forms.Form):
    """Addresses and domains, typed or as a file whose first column holds them."""

    entries = forms.CharField(
        label=gettext_lazy("Addresses and domains, one a line"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a CSV file"),
        required=False,
        help_text=gettext_lazy("The column of e-mail addresses is read; without one, the first."),
    )

    def clean(self) -> dict[str, Any]:
        """The entries of both, and the lines of the file that are none."""
        cleaned: dict[str, Any] = super().clean() or {}
        lines = _lines_of(cleaned.get("file"))
        typed = [line.strip() for line in cleaned.get("entries", "").splitlines() if line.strip()]
        cleaned["all"] = [*typed, *(line.text for line in lines if line.is_entry)]
        cleaned["unread"] = [line for line in lines if not line.is_entry]
        if not cleaned["all"]:
            raise forms.ValidationError(_nobody_in(cleaned["unread"]))
        if len(cleaned["all"]) > MOST_LINES:
            raise forms.ValidationError(_("A list has at most 50,000 lines. Bring it in parts."))
        return cleaned


def _lines_of(file: Any) -> list[Line]:
    if file is None:
        return []
    try:
        with as_path(file) as path:
            return list(islice(refusal_files.lines_of(path, called=file.name), 2 * MOST_LINES))
    except UnreadableFile as refused:
        raise forms.ValidationError({"file": str(refused)}) from None


def _nobody_in(unread: Sequence[Line]) -> str:
    return _told(unread) if unread else _("Name at least one address or domain.")


def _told(unread: Sequence[Line]) -> str:
    """The lines that name nobody, as many as can be read at a glance."""
    first = ", ".join(f"“{line.text[:40]}” ({line.number:,})" for line in unread[:FIRST_UNREAD])
    words = ngettext(
        "%(n)s line is neither an address nor a domain: %(first)s",
        "%(n)s lines are neither an address nor a domain: %(first)s",
        len(unread),
    )
    more = ", …" if len(unread) > FIRST_UNREAD else "."
    return words % {"n": f"{len(unread):,}", "first": first} + more


@require_safe
@only(Role.OPS)
def suppressions_page(request: HttpRequest) -> HttpResponse:
    """The newest entries; with `q`, whether that address or domain is on the list."""
    return _page(request, AddForm())


@require_POST
@only(Role.OPS)
def add(request: HttpRequest) -> HttpResponse:
    """Put them on the list; whoever they belong to is contacted no more from this moment."""
    form, now = AddForm(request.POST, request.FILES), timezone.now()
    if not form.is_valid():
        return _page(request, form, status=UNPROCESSABLE)
    origin = Suppression.Origin.LIST if form.cleaned_data["file"] else Suppression.Origin.HAND
    try:
        new = suppressions.add(form.cleaned_data["all"], origin=origin, by=viewer(request), now=now)
    except NotAnAddress as problem:
        form.add_error(None, str(problem))
        return _page(request, form, status=UNPROCESSABLE)
    told = f"{viewer(request)} put {new} more on the list of those who are not to be contacted"
    audit.record("suppression.added", subject=SUBJECT, text=told, by=viewer(request), at=now)
    words = ngettext(
        "%(n)s is new on the list and heeded from now on.",
        "%(n)s are new on the list and heeded from now on.",
        new,
    )
    messages.info(request, words % {"n": new})
    if form.cleaned_data["unread"]:
        messages.warning(request, _told(form.cleaned_data["unread"]))
    return redirect("suppressions")


@require_POST
@only(Role.OPS)
def lift(request: HttpRequest, suppression_id: int) -> HttpResponse:
    """Take an entry off the list."""
    entry, now = get_object_or_404(Suppression, pk=suppression_id), timezone.now()
    if suppressions.lift(entry, now=now):
        told = f"{viewer(request)} took entry {entry.pk} off the list of those who are not to be contacted"
        audit.record("suppression.lifted", subject=SUBJECT, text=told, by=viewer(request), at=now)
        messages.info(
            request, _("Taken off. Who refused by themselves is contacted again only once they agree.")
        )
    return redirect("suppressions")


def _page(request: HttpRequest, form: AddForm, *, status: int = 200) -> HttpResponse:
    holding = Suppression.objects.holding()
    asked = request.GET.get("q", "").replace("\x00", "").strip()[: LONGEST_EMAIL + 1]
    context: dict[str, Any] = {
        "form": form,
        "asked": asked,
        "total": holding.count(),
        "entries": holding.select_related("lead", "actor").order_by("-added_at", "-pk")[:MOST_SHOWN],
        "most": MOST_SHOWN,
        **(_answer(asked) if asked else {}),
    }
    return render(request, "revops/suppressions.html", context, status=status)


def _answer(asked: str) -> dict[str, Any]:
    try:
        return {"found": suppressions.find(asked)}
    except NotAnAddress as problem:
        return {"problem": str(problem)}
