"""What a rep writes down on the lead page: an attempt by one press, and a note (QU-4, QU-5)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leads import notes
from leads.models import Lead, User
from leads.viewer import viewer
from revops.lead_page import contents as lead_contents
from revops.lead_page.contact_forms import AttemptForm, NoteForm
from routing import attempts
from routing.handoffs import TooLateToUndo


@require_POST
def log_attempt(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Keep a try to reach the person; the first that counts stops the first-response clock."""
    user, lead = _writer(request, lead_id)
    form = AttemptForm(request.POST)
    if not form.is_valid():
        return _again(request, lead, attempt_form=form)
    try:
        logged = attempts.log(lead, **form.cleaned_data, by=user, now=timezone.now())
    except attempts.NothingToLogFor as problem:
        messages.error(request, str(problem))
        return redirect(lead)
    return redirect(f"{lead.get_absolute_url()}?logged={logged.pk}#log")


@require_POST
def undo_attempt(request: HttpRequest, lead_id: int, attempt_id: int) -> HttpResponse:
    """Take back one's own attempt of the last ten seconds."""
    user, lead = _writer(request, lead_id)
    try:
        attempts.take_back(lead, attempt_id, by=user, now=timezone.now())
    except TooLateToUndo as refused:
        messages.warning(request, str(refused))
    else:
        messages.info(request, _("Taken back: its clocks run on."))
    return redirect(f"{lead.get_absolute_url()}#log")


@require_POST
def add_note(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Keep a note in the lead's story."""
    user, lead = _writer(request, lead_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _again(request, lead, note_form=form)
    try:
        notes.add(lead, form.cleaned_data["text"], by=user, now=timezone.now())
    except notes.NothingWritten as problem:
        form.add_error("text", str(problem))
        return _again(request, lead, note_form=form)
    except notes.NobodyLeft as problem:
        messages.error(request, str(problem))
    return redirect(f"{lead.get_absolute_url()}#story")


def _writer(request: HttpRequest, lead_id: int) -> tuple[User, Lead]:
    """The viewer and the lead: 404 for who may not know of it, 403 for who only reads."""
    user = viewer(request)
    lead = get_object_or_404(lead_contents.visible_leads(user), pk=lead_id)
    if not lead_contents.may_log(user):
        raise PermissionDenied
    return user, lead


def _again(request: HttpRequest, lead: Lead, **forms: Any) -> HttpResponse:
    """The page with what was typed, and what to change."""
    context = lead_contents.context(lead, viewer=viewer(request), now=timezone.now(), **forms)
    return render(request, "leads/lead.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
