"""What a rep does with a lead beside deciding it: put it off, take the next one, choose the first step, doubt it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST

from leads.viewer import viewer
from revops import decisions
from revops.queue import contents as queue_contents
from revops.queue.views import after, visible_handoff
from routing import doubts, first_steps, handoffs, snoozing, taking
from routing.doubts import NobodyLeft, ScoresThen
from routing.handoffs import AlreadyDecided, NotYours
from routing.models import Handoff
from routing.queue_tabs import Tab
from routing.reps import CannotTake
from routing.snoozing import CannotSnooze
from routing.taking import NothingLeft
from scoring import explanation

LONGEST_SPAN = 60 * 24 * 31


@require_POST
def snooze(request: HttpRequest, handoff_id: int) -> HttpResponse:
    """Put the lead off: by so many minutes, or until a time of the viewer's own clock."""
    handoff, now = visible_handoff(request, handoff_id), timezone.now()
    try:
        until = _until(request, now=now)
        snoozing.snooze(handoff, until=until, by=viewer(request), now=now)
    except (CannotSnooze, AlreadyDecided, NotYours) as refused:
        messages.warning(request, str(refused))
        return after(request, handoff, opened=handoff.pk)
    back = f"{timezone.localtime(until):%a %H:%M}"
    decisions.offer_undo(
        request, handoff, f"{handoff.lead.name} comes back on {back}.", now=now, takes_back="wake"
    )
    return after(request, handoff)


@require_POST
def wake(request: HttpRequest, handoff_id: int) -> HttpResponse:
    """Bring back what was put off."""
    handoff = visible_handoff(request, handoff_id)
    decisions.withdraw_undo(request)
    try:
        snoozing.wake(handoff, by=viewer(request), now=timezone.now())
    except (AlreadyDecided, NotYours) as refused:
        messages.warning(request, str(refused))
        return after(request, handoff)
    return redirect(queue_contents.url(queue_contents.first_tab(viewer(request)), handoff.pk))


@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    """Give the viewer the most urgent lead that waits unassigned."""
    user = viewer(request)
    if not user.works_leads:
        raise PermissionDenied
    try:
        handoff = taking.take_next(user, now=timezone.now())
    except (NothingLeft, CannotTake) as refused:
        messages.info(request, str(refused))
        return redirect(queue_contents.url(queue_contents.tab_of(request)))
    return _taken(request, handoff)


@require_POST
def take(request: HttpRequest, handoff_id: int) -> HttpResponse:
    """Give the viewer this lead, which waits unassigned."""
    handoff, user = visible_handoff(request, handoff_id), viewer(request)
    if not user.works_leads:
        raise PermissionDenied
    try:
        handoff = taking.take(handoff, by=user, now=timezone.now())
    except (AlreadyDecided, CannotTake) as refused:
        messages.warning(request, str(refused))
        return after(request, handoff)
    return _taken(request, handoff)


@require_POST
def first_step(request: HttpRequest, handoff_id: int) -> HttpResponse:
    """Keep how the viewer means to begin with the lead that they accepted."""
    handoff, now = visible_handoff(request, handoff_id), timezone.now()
    chosen = request.POST.get("step", "")
    if chosen not in Handoff.FirstStep.values:
        messages.warning(request, "Choose a call, an e-mail or the cadence.")
        return after(request, handoff)
    try:
        handoff = first_steps.choose(handoff, Handoff.FirstStep(chosen), by=viewer(request), now=now)
    except NotYours as refused:
        messages.warning(request, str(refused))
        return after(request, handoff)
    decisions.remember_first_step(request, handoff, now=now)
    return after(request, handoff)


@require_POST
def doubt(request: HttpRequest, handoff_id: int) -> HttpResponse:
    """Ask revenue operations to look at the lead, with a sentence or without."""
    handoff, now = visible_handoff(request, handoff_id), timezone.now()
    if not handoffs.may_decide(handoff, viewer(request)):
        raise PermissionDenied
    sentence = request.POST.get("sentence", "").replace("\x00", "")
    try:
        doubts.raise_doubt(handoff, sentence, _scores(handoff, now=now), by=viewer(request), now=now)
    except NobodyLeft as refused:
        messages.warning(request, str(refused))
    else:
        messages.info(request, "Revenue operations will look at it; the answer comes to you.")
    return after(request, handoff, opened=handoff.pk)


def _taken(request: HttpRequest, handoff: Handoff) -> HttpResponse:
    messages.info(request, f"{handoff.lead.name} is yours to decide.")
    return redirect(queue_contents.url(Tab.MINE, handoff.pk))


def _until(request: HttpRequest, *, now: datetime) -> datetime:
    """The moment that was asked for; raises CannotSnooze where none was."""
    minutes = request.POST.get("minutes", "")
    if minutes.isdecimal() and len(minutes) <= len(str(LONGEST_SPAN)):
        return now + timedelta(minutes=int(minutes))
    try:
        typed = parse_datetime(request.POST.get("until", ""))
    except ValueError:
        typed = None
    if typed is None:
        raise CannotSnooze("Choose until when.")
    try:
        return timezone.make_aware(typed) if timezone.is_naive(typed) else typed
    except (ValueError, OverflowError) as error:
        raise CannotSnooze("Choose until when.") from error


def _scores(handoff: Handoff, *, now: datetime) -> ScoresThen:
    told = explanation.explain(handoff.lead, now=now)
    return ScoresThen(told.fit.value, told.engagement, told.urgency.value, told.tier, told.version)
