"""What is done about a cadence on the lead's page: begin, stop, and “not yet”; each leads back to the lead."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leads.access import only
from leads.models import Lead
from leads.viewer import viewer
from routing import follow_ups
from routing.cadences import NoCadence
from routing.day_views import WORKERS
from routing.follow_ups import NotToBeDone


@require_POST
@only(*WORKERS)
def start(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Put the lead into its tier's cadence."""
    lead = _visible(request, lead_id)
    try:
        follow_ups.start(lead, by=viewer(request), now=timezone.now())
    except (NotToBeDone, NoCadence) as refused:
        messages.warning(request, str(refused))
    return redirect(lead)


@require_POST
@only(*WORKERS)
def stop(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Take the lead out of its cadence."""
    lead = _visible(request, lead_id)
    try:
        follow_ups.stop(lead, by=viewer(request), now=timezone.now())
    except NotToBeDone as refused:
        messages.warning(request, str(refused))
    return redirect(lead)


@require_POST
@only(*WORKERS)
def not_yet(request: HttpRequest, lead_id: int) -> HttpResponse:
    """They asked for another time: a call in 30, 60 or 90 days."""
    lead, days = _visible(request, lead_id), request.POST.get("days", "")
    try:
        chosen = int(days) if days in map(str, follow_ups.NOT_YET_DAYS) else 0
        task = follow_ups.not_yet(lead, chosen, by=viewer(request), now=timezone.now())
    except NotToBeDone as refused:
        messages.warning(request, str(refused))
        return redirect(lead)
    said = {"who": lead.name, "on": f"{task.due_on:%-d %B %Y}"}
    messages.info(request, _("%(who)s is to be called on %(on)s; until then the clocks stand still.") % said)
    return redirect(lead)


def _visible(request: HttpRequest, lead_id: int) -> Lead:
    visible = Lead.objects.visible_to(viewer(request)).select_related("owner")
    return get_object_or_404(visible, pk=lead_id)
