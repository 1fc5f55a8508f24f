"""The routing simulator: one sample lead, or last month's hand-offs, on the draft before it is published (RT-8)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from leads import background
from leads.access import only
from leads.models import BackgroundRun, Role
from leads.viewer import viewer
from reports import csv_export
from revops.simulator import simulated_month
from revops.simulator.sample_lead import SampleForm, sample
from routing import simulation
from routing.models import RuleSet

READERS = (Role.OPS, Role.VIEWER)
UNPROCESSABLE = 422


@require_safe
@only(*READERS)
def simulator(request: HttpRequest) -> HttpResponse:
    """What the draft, or where there is none what routes, does with a sample lead; and the last replay of a month."""
    draft = RuleSet.objects.draft()
    form = SampleForm(request.GET if "try" in request.GET else None)
    tried = (
        sample(form, draft or RuleSet.objects.published(), now=timezone.now()) if form.is_valid() else None
    )
    run = background.latest(simulation.KIND, draft=draft.version) if draft else None
    context = {
        "draft": draft,
        "published": RuleSet.objects.published(),
        "form": form,
        "tried": tried,
        "run": run,
        "month": simulated_month.of(run, request.GET) if run and run.result else None,
        "may_simulate": viewer(request).is_ops and draft is not None,
    }
    refused = form.is_bound and not form.is_valid()
    return render(request, "revops/simulator.html", context, status=UNPROCESSABLE if refused else 200)


@require_POST
@only(Role.OPS)
def simulate(request: HttpRequest) -> HttpResponse:
    """Have last month's hand-offs replayed on the draft, unless that is under way already."""
    draft = RuleSet.objects.draft()
    if draft is None:
        messages.info(request, _("There is no draft to simulate. Begin one from the rules of today."))
        return redirect("rules")
    latest = background.latest(simulation.KIND, draft=draft.version)
    if latest is None or not latest.is_open:
        simulation.ask(draft, by=viewer(request), now=timezone.now())
    return redirect("rules-simulator")


@require_safe
@only(*READERS)
def simulation_csv(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """Every hand-off that would go elsewhere, as a CSV file."""
    done = BackgroundRun.Status.DONE
    run = get_object_or_404(BackgroundRun, pk=run_id, kind=simulation.KIND, status=done)
    return StreamingHttpResponse(
        csv_export.lines(simulated_month.HEADER, simulated_month.rows(run)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="elsewhere-{run.pk}.csv"'},
    )
