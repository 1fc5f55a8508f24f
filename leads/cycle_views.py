"""Where operations edit the words and figures of the revenue cycle: a stage, and what holds for all of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.validators import ProhibitNullCharactersValidator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from leads import revenue_cycle
from leads.access import only
from leads.concurrent_edits import EditedMeanwhile
from leads.conflict import conflict
from leads.domain.stages import Stage
from leads.form_fields import whole_number
from leads.models import RevenueCycle, Role
from leads.viewer import viewer

UNPROCESSABLE = 422


def _text(label: Any, most: int, **options: Any) -> forms.CharField:
    checks = [ProhibitNullCharactersValidator()]
    return forms.CharField(label=label, max_length=most, validators=checks, **options)


class StageForm(forms.Form):
    """What a stage is called and means, whose it is, and how long a lead may rest there."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    label = _text(gettext_lazy("Classic name"), 40)
    demand_label = _text(gettext_lazy("Demand name"), 40)
    meaning = _text(gettext_lazy("A lead is here when"), 300, widget=forms.Textarea(attrs={"rows": 3}))
    owner = _text(gettext_lazy("Whose"), 60)
    longest_rest_days = whole_number(
        gettext_lazy("Days without movement before it languishes"),
        1,
        1_000,
        required=False,
        help_text=gettext_lazy("Empty: as long as it likes."),
    )
    benchmark = _text(
        gettext_lazy("Benchmark"),
        120,
        required=False,
        help_text=gettext_lazy("What others reach, or what you want to: 25\N{EN DASH}35% become SQLs."),
    )


class CycleForm(forms.Form):
    """By which names stages go, and what counts as pipeline."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    label_set = forms.ChoiceField(
        label=gettext_lazy("Names of the stages"), choices=RevenueCycle.LabelSet.choices
    )
    pipeline_from = whole_number(gettext_lazy("Pipeline: amount of at least"), 0, 1_000_000_000)
    pipeline_months = whole_number(gettext_lazy("Pipeline: closes within so many months"), 1, 120)


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OPS)
def edit_stage(request: HttpRequest, stage: str) -> HttpResponse:
    """Change the words and figures of a stage."""
    if stage not in Stage.__members__:
        raise Http404
    form = _form(StageForm, request, revenue_cycle.values_of(Stage(stage)))
    title = revenue_cycle.read().label(stage)
    if not form.is_bound or not form.is_valid():
        return _page(request, form, title)
    values, seen = _given(form)
    try:
        revenue_cycle.edit_stage(Stage(stage), values, seen=seen, by=viewer(request), now=timezone.now())
    except EditedMeanwhile:
        return _conflict(request, form, revenue_cycle.values_of(Stage(stage)), title=title)
    messages.success(request, _("%(stage)s: saved. It holds everywhere from now on.") % {"stage": title})
    return redirect("definitions")


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OPS)
def edit_cycle(request: HttpRequest) -> HttpResponse:
    """Change by which names stages go, and what pipeline is."""
    form, title = _form(CycleForm, request, revenue_cycle.figures()), _("Names and pipeline")
    if not form.is_bound or not form.is_valid():
        return _page(request, form, title)
    values, seen = _given(form)
    try:
        revenue_cycle.edit_figures(values, seen=seen, by=viewer(request), now=timezone.now())
    except EditedMeanwhile:
        return _conflict(request, form, revenue_cycle.figures(), title=title)
    messages.success(request, _("Saved. It holds everywhere from now on."))
    return redirect("definitions")


def _form(kind: type[forms.Form], request: HttpRequest, stored: dict[str, Any]) -> forms.Form:
    initial = {**stored, "seen": revenue_cycle.edition_of(stored)}
    return kind(request.POST if request.method == "POST" else None, initial=initial)


def _given(form: forms.Form) -> tuple[dict[str, Any], str]:
    values = dict(form.cleaned_data)
    return values, values.pop("seen")


def _page(request: HttpRequest, form: forms.Form, title: str) -> HttpResponse:
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "leads/cycle_edit.html", {"form": form, "title": title}, status=status)


def _conflict(request: HttpRequest, form: forms.Form, stored: dict[str, Any], *, title: str) -> HttpResponse:
    return conflict(
        request,
        form,
        stored=stored,
        title=_("Somebody saved %(title)s while you were editing.") % {"title": title},
        fresh={"seen": revenue_cycle.edition_of(stored)},
        back=reverse("definitions"),
    )
