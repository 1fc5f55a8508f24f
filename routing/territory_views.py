"""The pages of the territories: the list in the order that decides, one territory, its place and its end."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leads import audit
from leads.access import CONFIGURATION_READERS, only
from leads.concurrent_edits import EditedMeanwhile
from leads.conflict import overtaken
from leads.models import Role, User
from leads.seen_values import seen_values
from leads.viewer import viewer
from routing import drafts, rulebook, territories
from routing.domain.territories import in_words
from routing.forms.territories import TerritoryForm
from routing.models import Pool, RuleSet, Territory

PLACES = {"up": -1, "down": 1}
ENTRIES_SHOWN = 10
SEEN = ("country", "region", "time_zone")
UNPROCESSABLE = 422


@require_safe
@only(*CONFIGURATION_READERS)
def territory_list(request: HttpRequest) -> HttpResponse:
    """Every territory in order, and where two of them overlap."""
    rows = territories.listed()
    context = {
        "territories": [(row, in_words(row.area)) for row in rows],
        "faults": [*territories.overlaps(rows), *territories.unasked(rows, _asked())],
        "history": audit.of(territories.SUBJECT)[:ENTRIES_SHOWN],
        "may_edit": viewer(request).is_ops,
    }
    return render(request, "routing/territories.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OPS)
def add_territory(request: HttpRequest) -> HttpResponse:
    """A new territory, at the end of the list."""
    form = TerritoryForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form)
    try:
        made = territories.add(form.values, by=viewer(request), now=timezone.now())
    except territories.NameTaken:
        return _taken(request, form)
    messages.success(request, _("%(name)s is a territory now; rules can ask for it.") % {"name": made})
    if made.pool is not None and _into_the_draft(made, made.pool, by=viewer(request)):
        messages.info(request, _("Its rule stands at the end of the draft; publish that for it to route."))
    return redirect("territories")


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OPS)
def edit_territory(request: HttpRequest, territory_id: int) -> HttpResponse:
    """Where a territory is, and whose."""
    row = get_object_or_404(Territory, pk=territory_id)
    form = TerritoryForm(request.POST if request.method == "POST" else None, territory=row)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, row)
    seen, user = form.cleaned_data["seen"], viewer(request)
    try:
        territories.edit(row, form.values, seen=seen, by=user, now=timezone.now())
    except EditedMeanwhile:
        return _conflict(request, form, row)
    except territories.NameTaken:
        return _taken(request, form, row)
    except territories.StillAsked as asked:
        form.add_error("name", str(asked))
        return _page(request, form, row)
    messages.success(request, _("%(name)s: saved.") % {"name": form.values["name"]})
    return redirect("territories")


@require_POST
@only(Role.OPS)
def move_territory(request: HttpRequest, territory_id: int) -> HttpResponse:
    """One place up or down in the order that decides."""
    row = get_object_or_404(Territory, pk=territory_id)
    places = PLACES.get(request.POST.get("direction", ""), 0)
    territories.move(row, places=places, by=viewer(request), now=timezone.now())
    return redirect("territories")


@require_POST
@only(Role.OPS)
def remove_territory(request: HttpRequest, territory_id: int) -> HttpResponse:
    """Take a territory away that no rule asks for."""
    row = get_object_or_404(Territory, pk=territory_id)
    try:
        territories.remove(row, by=viewer(request), now=timezone.now())
    except territories.StillAsked as asked:
        messages.error(request, str(asked))
        return redirect("territories")
    messages.success(request, _("%(name)s is no territory any more.") % {"name": row.name})
    return redirect("territories")


def _into_the_draft(territory: Territory, pool: Pool, *, by: User) -> bool:
    """Put the territory's rule at the end of the draft; whether nobody edited it at the same moment."""
    draft = drafts.start(by=by, now=timezone.now())
    place = len(rulebook.rows_of(draft)) + 1
    try:
        for rule in rulebook.rules_for(territory, general=pool):
            drafts.add(draft, rule, place=place, revision=draft.revision)
    except (EditedMeanwhile, drafts.NotADraft):
        return False
    return True


def _asked() -> list[dict[str, Any]]:
    """The conditions of the rules that route today."""
    return [condition for row in rulebook.rows_of(RuleSet.objects.published()) for condition in row.when]


def _page(request: HttpRequest, form: TerritoryForm, row: Territory | None = None) -> HttpResponse:
    values = {name: found for name, found in seen_values().items() if name in SEEN}
    context = {"form": form, "territory": row, "values": values}
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "routing/territory_edit.html", context, status=status)


def _taken(request: HttpRequest, form: TerritoryForm, row: Territory | None = None) -> HttpResponse:
    form.add_error("name", _("There is a territory of this name already."))
    return _page(request, form, row)


def _conflict(request: HttpRequest, form: TerritoryForm, row: Territory) -> HttpResponse:
    fresh = TerritoryForm(territory=Territory.objects.get(pk=row.pk))
    title = _("Somebody saved %(name)s while you were editing.") % {"name": row.name}
    return overtaken(request, form, fresh, title=title, back=reverse("territory-edit", args=[row.pk]))
