"""The page of who is not to be contacted: asked, added to by hand or by file, and shortened (IN-10)."""

from __future__ import annotations

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
from leads.models import Role, Suppression
from leads.suppressions import NotAnAddress
from leads.viewer import viewer

UNPROCESSABLE = 422
MOST_SHOWN = 100
MOST_LINES = 50_000
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
        help_text=gettext_lazy("The first column is read; a line of headings is passed over."),
    )

    def clean(self) -> dict[str, Any]:
        """The entries of both; a problem names the line."""
        cleaned: dict[str, Any] = super().clean() or {}
        typed = cleaned.get("entries", "").splitlines()
        lines = [*typed, *_first_cells(cleaned.get("file"))]
        cleaned["all"] = [line.strip() for line in lines if line.strip()]
        if not cleaned["all"]:
            raise forms.ValidationError(_("Name at least one address or domain."))
        if len(cleaned["all"]) > MOST_LINES:
            raise forms.ValidationError(_("A list has at most 50,000 lines. Bring it in parts."))
        return cleaned


def _first_cells(file: Any) -> list[str]:
    if file is None:
        return []
    text = file.read().decode("utf-8-sig", errors="replace").replace("\x00", "")
    cells = [line.replace(";", ",").partition(",")[0].strip().strip('"') for line in text.splitlines()]
    return cells[1:] if cells and "@" not in cells[0] and "." not in cells[0] else cells


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
