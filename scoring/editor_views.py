"""The editor of a draft: a page for each of its parts and for each criterion, every one saved on its own.

What is not yet fit to be published is kept all the same and says so; two editors never overwrite each other (P19).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from leads import condition_forms
from leads.access import only
from leads.concurrent_edits import EditedMeanwhile
from leads.conflict import conflict
from leads.differences import Difference
from leads.models import Role
from leads.seen_values import seen_values
from leads.viewer import viewer
from scoring import scorecards
from scoring.domain.comparison import NOTHING, compare
from scoring.domain.model import DIMENSIONS
from scoring.domain.publishable import FADING, GATE, GRADES
from scoring.domain.urgency import CRITICAL_EVENTS
from scoring.domain.words import DEPTHS, REQUESTS
from scoring.forms import parts
from scoring.forms.criterion import CriterionForm
from scoring.forms.parts import PartForm
from scoring.forms.settings import SettingsForm
from scoring.forms.signals import SignalsForm
from scoring.forms.tiers import TiersForm
from scoring.forms.weights import WeightsForm
from scoring.models import Scorecard
from scoring.scorecard_rows import VOCABULARIES
from scoring.views import UNPROCESSABLE

EDITOR_METHODS = ["GET", "HEAD", "POST"]
SCALES = {
    "critical_event": [(word, "") for word in CRITICAL_EVENTS],
    "content_depth": [(str(level), words) for level, words in enumerate(DEPTHS) if words],
    "direct_request": [(str(level), words) for level, words in enumerate(REQUESTS) if words],
}
PAGES = {GATE: "settings", FADING: "settings", GRADES: "settings"}


@dataclass(frozen=True)
class Page:
    """One page of the editor: how its form is made, its template, and what a button that adds a row does."""

    form: Callable[..., PartForm]
    template: str
    rearranged: Callable[[QueryDict, str], QueryDict] = parts.rearranged


@require_http_methods(EDITOR_METHODS)
@only(Role.OPS)
def edit_part(request: HttpRequest, version: int, part: str) -> HttpResponse:
    """Weights and order of a score's criteria; signals; tiers; or gate, grades and fading."""
    draft = get_object_or_404(Scorecard, version=version)
    pages = {
        "signals": Page(SignalsForm, "scoring/edit_signals.html"),
        "tiers": Page(TiersForm, "scoring/edit_tiers.html"),
        "settings": Page(partial(SettingsForm, version_note=draft.note), "scoring/edit_settings.html"),
        **{name: _weights_page(name) for name in DIMENSIONS},
    }
    if part not in pages:
        raise Http404
    return _edit(request, draft, pages[part])


@require_http_methods(EDITOR_METHODS)
@only(Role.OPS)
def edit_criterion(request: HttpRequest, version: int, *, part: str, code: str) -> HttpResponse:
    """One criterion with its levels."""
    draft = get_object_or_404(Scorecard, version=version)
    known = part in DIMENSIONS and code in {row.code for row in scorecards.load(draft).criteria(part)}
    if not known and request.method != "POST":
        raise Http404
    return _edit(request, draft, _criterion_page(part, code))


@require_http_methods(EDITOR_METHODS)
@only(Role.OPS)
def add_criterion(request: HttpRequest, version: int, part: str) -> HttpResponse:
    """A new criterion of a score."""
    draft = get_object_or_404(Scorecard, version=version)
    return _edit(request, draft, _criterion_page(part, ""))


def _weights_page(dimension: str) -> Page:
    return Page(partial(WeightsForm, dimension=dimension), "scoring/edit_weights.html")


def _criterion_page(part: str, code: str) -> Page:
    if part not in DIMENSIONS:
        raise Http404
    form = partial(CriterionForm, dimension=part, vocabulary=VOCABULARIES[part], code=code)
    return Page(form, "scoring/edit_criterion.html", condition_forms.rearranged)


def _edit(request: HttpRequest, draft: Scorecard, page: Page) -> HttpResponse:
    """Show the page, show it with a row more or less, or save it."""
    if request.method != "POST":
        return _show(request, draft, page) if draft.is_draft else _cannot_be_edited(request, draft)
    model = scorecards.load(draft)
    change = request.POST.get("change")
    if change is not None:
        sent = page.rearranged(request.POST, change)
        form = page.form(model=model, revision=draft.revision, sent=sent)
        _focus_what_is_new(form, request.POST, change)
        return _render(request, draft, page.template, form=form, change=change)
    form = page.form(request.POST, model=model, revision=draft.revision)
    if not form.is_valid():
        return _render(request, draft, page.template, form=form, status=UNPROCESSABLE)
    return _save(request, draft, form)


def _show(request: HttpRequest, draft: Scorecard, page: Page) -> HttpResponse:
    """The page as the draft stands, with what keeps it from being published beside the fields."""
    model = scorecards.load(draft)
    options = {"model": model, "revision": draft.revision}
    form = page.form(**options)
    faults = [fault for fault in scorecards.problems_of(model) if form.concerns(fault)]
    if faults:
        form = page.form(_as_sent(form.initial), **options)
        form.is_valid()
        form.tell(faults)
    return _render(request, draft, page.template, form=form, faults=faults)


def _save(request: HttpRequest, draft: Scorecard, form: PartForm) -> HttpResponse:
    model, by = form.applied(scorecards.load(draft)), viewer(request)
    try:
        scorecards.edit(draft, revision=form.seen, to=model, note=form.note, by=by, now=timezone.now())
    except (EditedMeanwhile, scorecards.NotADraft):
        return _both_versions(request, draft, form)
    here = [fault for fault in scorecards.problems_of(model) if fault.part in form.parts]
    if not here:
        messages.success(request, _("Draft saved."))
        return redirect("scorecard", draft.version)
    messages.warning(request, _("Draft saved. It cannot be published yet."))
    if here[0].criterion:
        return redirect("criterion-edit", draft.version, here[0].part, here[0].criterion)
    return redirect("scorecard-edit", draft.version, PAGES.get(here[0].part, here[0].part))


def _both_versions(request: HttpRequest, draft: Scorecard, form: PartForm) -> HttpResponse:
    """409: what was typed beside what the draft says by now."""
    draft.refresh_from_db()
    stored = scorecards.load(draft)
    found = [Difference(each.label, each.one, each.other) for each in compare(form.applied(stored), stored)]
    if form.note is not None and form.note != draft.note:
        found.append(Difference(_("Note"), form.note or NOTHING, draft.note or NOTHING))
    told = (
        _("Somebody saved version %(version)s while you were editing it.")
        if draft.is_draft
        else _("Version %(version)s was published or discarded while you were editing it.")
    )
    return conflict(
        request,
        form,
        found=found,
        title=told % {"version": draft.version},
        fresh={"revision": draft.revision} if draft.is_draft else None,
        back=request.path if draft.is_draft else reverse("scorecard", args=[draft.version]),
    )


def _cannot_be_edited(request: HttpRequest, scorecard: Scorecard) -> HttpResponse:
    told = _("Version %(version)s is no draft, and what was published never changes. Start a draft from it.")
    messages.info(request, told % {"version": scorecard.version})
    return redirect("scorecard", scorecard.version)


def _render(
    request: HttpRequest,
    draft: Scorecard,
    template: str,
    *,
    form: PartForm,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    values = {**seen_values(), **SCALES} if isinstance(form, CriterionForm) else {}
    shown = {"scorecard": draft, "form": form, "values": values, **context}
    return render(request, template, shown, status=status)


def _focus_what_is_new(form: PartForm, sent: QueryDict, change: str) -> None:
    """Put the keyboard into the row that was just added."""
    new = (
        field
        for name, field in form.fields.items()
        if change.startswith("add") and name not in sent and not isinstance(field, forms.BooleanField)
    )
    for field in islice(new, 1):
        field.widget.attrs["autofocus"] = True


def _as_sent(values: Mapping[str, Any]) -> dict[str, Any]:
    """Stored values as a browser would send them: what is empty or unticked is not sent."""
    return {name: value for name, value in values.items() if value is not None and value is not False}
