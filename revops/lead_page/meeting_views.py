"""Booking a lead's meeting, which hands it to an account executive (QU-7)."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from leads.lifecycle import StageConflict
from leads.viewer import viewer
from revops import packages
from revops.lead_page import contents as lead_contents
from revops.lead_page.meeting_forms import MeetingForm
from routing import meetings
from routing.handoffs import NotYours
from routing.meetings import NotBookable


@require_POST
def book_meeting(request: HttpRequest, lead_id: int) -> HttpResponse:
    """The lead becomes an SQL of the executive who was chosen; what cannot be booked is said beside the form."""
    user, now = viewer(request), timezone.now()
    lead = get_object_or_404(lead_contents.visible_leads(user), pk=lead_id)
    if not lead_contents.may_log(user):
        raise PermissionDenied
    form = MeetingForm(request.POST, lead=lead, now=now)
    if form.is_valid():
        try:
            handoff = meetings.book(lead, form.meeting, packages.of(lead, now=now), by=user, now=now)
        except NotBookable as refused:
            form.add_error(None, str(refused))
        except (NotYours, StageConflict) as refused:
            messages.warning(request, str(refused))
            return redirect(lead)
        else:
            messages.success(request, f"The meeting is {handoff.assignee}’s, who answers within 72 hours.")
            return redirect(lead)
    context = lead_contents.context(lead, viewer=user, now=now, meeting_form=form)
    return render(request, "leads/lead.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
