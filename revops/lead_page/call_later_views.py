"""Lets a lead's clocks stand still until it asked to be called, and run again earlier (SL-6)."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leads.models import Lead
from leads.viewer import viewer
from revops.lead_page import call_later as asking
from revops.lead_page import contents as lead_contents
from revops.lead_page.call_later import CallLaterForm
from routing import follow_ups
from routing.models import Handoff
from routing.pauses import PauseRefused


@require_POST
def call_later(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Keep when the lead wants to be called; what cannot be kept is said beside the form."""
    user, now = viewer(request), timezone.now()
    lead, handoff = _asked_of(request, lead_id)
    form = CallLaterForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            follow_ups.call_later(handoff, until=given["until"], by=user, now=now, note=given["note"])
        except PauseRefused as refused:
            form.add_error("until", str(refused))
        else:
            at = timezone.localtime(given["until"])
            said = _("The clocks of %(name)s stand still until %(until)s.")
            messages.success(request, said % {"name": lead.name, "until": f"{at:%-d %B, %H:%M}"})
            return _back(request, lead, handoff)
    context = lead_contents.context(lead, viewer=user, now=now, call_later_form=form)
    return render(request, "leads/lead.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_POST
def end_call_later(request: HttpRequest, lead_id: int) -> HttpResponse:
    """The clocks run again: the lead was reached earlier, or does not want to wait."""
    lead, handoff = _asked_of(request, lead_id)
    if follow_ups.call_now(handoff, by=viewer(request), now=timezone.now()):
        messages.success(request, _("The clocks of %(name)s run again.") % {"name": lead.name})
    else:
        messages.info(request, _("No clock of %(name)s stood still.") % {"name": lead.name})
    return _back(request, lead, handoff)


def _asked_of(request: HttpRequest, lead_id: int) -> tuple[Lead, Handoff]:
    """The lead and its latest hand-off, for whoever may ask for a pause."""
    user = viewer(request)
    lead = get_object_or_404(lead_contents.visible_leads(user), pk=lead_id)
    handoff = lead_contents.latest_handoff(lead)
    if handoff is None:
        raise Http404
    handoff.lead = lead
    if not asking.may_ask(handoff, user):
        raise PermissionDenied
    return lead, handoff


def _back(request: HttpRequest, lead: Lead, handoff: Handoff) -> HttpResponse:
    """To the queue with the lead open, where it was asked for there, else to the lead's page."""
    if request.POST.get("from") == "queue":
        return redirect(f"{reverse('queue')}?handoff={handoff.pk}")
    return redirect(lead)
