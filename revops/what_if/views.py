"""The what-if pages: ask for a replay of a version, watch it, read what it found, take the leads away as CSV."""

from __future__ import annotations

from collections.abc import Iterator

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from leads import background
from leads.access import CONFIGURATION_READERS, only
from leads.models import BackgroundRun, Role
from leads.parameters import whole_number
from leads.viewer import viewer
from reports import csv_export
from revops.what_if import page as what_if_page
from revops.what_if import runs as what_if
from revops.what_if import words as what_if_words
from scoring.models import Scorecard

EARLIER = 6
HEADER = (
    "Change",
    "Lead",
    "Company",
    "Would pass at",
    "Why",
    "Why the other model does not",
    "Tier",
    "What became of it",
)


class PeriodForm(forms.Form):
    """How far back a replay goes."""

    weeks = forms.TypedChoiceField(
        label=gettext_lazy("How far back"),
        coerce=int,
        initial=13,
        choices=[
            (4, gettext_lazy("1 month (4 weeks)")),
            (13, gettext_lazy("3 months (13 weeks)")),
            (26, gettext_lazy("6 months (26 weeks)")),
            (52, gettext_lazy("12 months (52 weeks)")),
        ],
    )


@require_safe
@only(*CONFIGURATION_READERS)
def page(request: HttpRequest, version: int) -> HttpResponse:
    """The latest replay of the version, or the one that is asked for; its figures, or how far it is."""
    scorecard = get_object_or_404(Scorecard, version=version)
    runs = BackgroundRun.objects.filter(kind=what_if.KIND, parameters__version=version)
    asked = whole_number(request, "run")
    run = get_object_or_404(runs, pk=asked) if asked else background.latest(what_if.KIND, version=version)
    wanted = "lost" if request.GET.get("list") == "lost" else "gained"
    user, number = viewer(request), max(whole_number(request, "page") or 1, 1)
    found = what_if_page.results(run, user=user, wanted=wanted, page=number) if run else None
    context = {
        "scorecard": scorecard,
        "today": Scorecard.objects.published(),
        "form": PeriodForm(initial={"weeks": run.parameters.get("weeks")} if run else None),
        "run": run,
        "found": found,
        "revision": (run.result or run.parameters).get("revision") if run else None,
        "earlier": list(
            runs.defer("result").select_related("asked_by").order_by("-asked_at", "-id")[:EARLIER]
        ),
        "may_run": user.is_ops,
    }
    return render(request, "scoring/what_if.html", context)


@require_POST
@only(Role.OPS)
def run(request: HttpRequest, version: int) -> HttpResponse:
    """Ask for a replay; one that goes on already is not asked for twice."""
    scorecard = get_object_or_404(Scorecard, version=version)
    form = PeriodForm(request.POST)
    latest = background.latest(what_if.KIND, version=version)
    if not form.is_valid():
        messages.warning(request, _("Choose how far back the replay goes."))
    elif latest is not None and latest.is_open:
        messages.info(request, _("A replay of this version goes on already."))
    else:
        what_if.ask(scorecard, weeks=form.cleaned_data["weeks"], by=viewer(request), now=timezone.now())
    return redirect("what-if", version)


@require_safe
@only(*CONFIGURATION_READERS)
def leads_csv(request: HttpRequest, version: int, run_id: int) -> HttpResponseBase:
    """Everybody whom the draft gains or loses, as far as the viewer may know of them."""
    runs = BackgroundRun.objects.filter(kind=what_if.KIND, parameters__version=version)
    asked = get_object_or_404(runs, pk=run_id)
    if asked.result is None:
        messages.info(request, _("There is nothing to download before the replay has ended."))
        return redirect("what-if", version)
    name = what_if_words.file_name(asked.result)
    return StreamingHttpResponse(
        csv_export.lines(HEADER, _rows(request, asked)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _rows(request: HttpRequest, asked: BackgroundRun) -> Iterator[tuple[str, ...]]:
    """A line a lead, those gained first, read in parts."""
    found = asked.result or {}
    for side, name in ((1, "gained"), (0, "lost")):
        rows = what_if_page.visible_rows(found[name], viewer(request))
        for begin in range(0, len(rows), what_if.AT_ONCE):
            some = rows[begin : begin + what_if.AT_ONCE]
            for each in what_if_page.changed(some, threshold=found["thresholds"][side]):
                yield (
                    name,
                    each.lead.name,
                    each.lead.account.name if each.lead.account else "",
                    each.at.isoformat(timespec="seconds"),
                    each.why,
                    " ".join(each.why_not),
                    each.tier,
                    each.became,
                )
