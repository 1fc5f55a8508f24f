"""The queue and its decisions: look, accept, reject, undo; who comes too late is told who was first."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST, require_safe

from leads import parameters
from leads.models import User
from leads.viewer import viewer
from revops import decisions
from revops.lead_page import contents as lead_contents
from revops.lead_page.meeting_forms import TermsForm
from revops.queue import contents as queue_contents
from routing import handoffs, meetings, queue_tabs, whereabouts
from routing.handoffs import AlreadyDecided, NotYours, ReasonNotUsable, TooLateToUndo
from routing.meetings import TermsRefused
from routing.models import Handoff
from routing.models.handoff import handoff_seen_by
from routing.reps import CannotTake


@require_safe
def queue_page(request: HttpRequest) -> HttpResponse:
    """The viewer's open hand-offs, most urgent first, with one of them open."""
    if not queue_tabs.tabs_of(viewer(request)):
        return render(request, "routing/no_queue.html", status=HTTPStatus.FORBIDDEN)
    only_panes = request.headers.get("HX-Target") == "panes"
    template = "routing/_queue_panes.html" if only_panes else "routing/queue.html"
    response = render(request, template, queue_contents.context(request, now=timezone.now()))
    patch_vary_headers(response, ["HX-Target"])
    return response


@require_safe
def arrivals(request: HttpRequest) -> HttpResponse:
    """How many hand-offs have come since the page was made; 204 when none."""
    user, tab = viewer(request), queue_contents.tab_of(request)
    after, since = (parameters.whole_number(request, name) for name in ("after", "since"))
    seen = queue_tabs.Look(after, _instant(since), timezone.now()) if after is not None else None
    count = queue_tabs.count_arrived(user, tab, seen) if seen else 0
    if not count:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return render(request, "routing/_queue_arrivals.html", {"count": count, "url": queue_contents.url(tab)})


@require_safe
def standing(request: HttpRequest, handoff_id: int) -> HttpResponse:
    """Whether the hand-off in sight still waits for the viewer: 204, or who has it now and why (QU-15)."""
    handoff = visible_handoff(request, handoff_id)
    if handoff.is_open and handoffs.may_decide(handoff, viewer(request)):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    told = whereabouts.told(handoff, viewer=viewer(request), now=timezone.now())
    context = {"told": told, "url": queue_contents.url(queue_contents.tab_of(request))}
    return render(request, "routing/_queue_gone.html", context)


@require_POST
def accept(request: HttpRequest, handoff_id: int) -> HttpResponse:
    """Take the lead; a meeting is taken with what the deal is worth and when it should close."""
    now, form = timezone.now(), None
    try:
        with transaction.atomic():
            handoff = visible_handoff(request, handoff_id, is_held=True)
            if handoff.kind == Handoff.Kind.MEETING:
                form = TermsForm(request.POST)
                _accept_meeting(handoff, form, by=viewer(request), now=now)
            else:
                handoffs.accept(handoff, by=viewer(request), now=now)
                decisions.offer_after_acceptance(request, handoff, now=now)
    except (AlreadyDecided, NotYours) as refused:
        return _too_late(request, handoff, refused, wanted=Handoff.Status.ACCEPTED, now=now)
    except CannotTake as refused:
        messages.warning(request, str(refused))
        return after(request, handoff, opened=handoff.pk)
    if form is not None and form.errors:
        return _ask_again(request, handoff, {"terms_form": form})
    if form is not None:
        decisions.offer_undo(request, handoff, decisions.taken(handoff), now=now)
    return after(request, handoff)


@require_POST
def reject(request: HttpRequest, handoff_id: int) -> HttpResponse:
    """Say no, with a reason; a reason that cannot be used is said beside it and nothing is lost."""
    handoff, now = visible_handoff(request, handoff_id), timezone.now()
    try:
        rejection = decisions.rejection_from(request, handoff)
        outcome = decisions.outcome(handoff, rejection, by=viewer(request), now=now)
        handoffs.reject(handoff, rejection, by=viewer(request), now=now)
    except ReasonNotUsable as problem:
        return _ask_again(request, handoff, {"reject_error": str(problem)})
    except (AlreadyDecided, NotYours) as refused:
        return _too_late(request, handoff, refused, wanted=Handoff.Status.REJECTED, now=now)
    decisions.offer_undo(request, handoff, f"{handoff.lead.name} is rejected: {outcome}.", now=now)
    return after(request, handoff)


@require_POST
def undo(request: HttpRequest, handoff_id: int) -> HttpResponse:
    """Take back one's own decision of the last ten seconds."""
    handoff = visible_handoff(request, handoff_id)
    decisions.withdraw_undo(request)
    try:
        handoffs.undo(handoff, by=viewer(request), now=timezone.now())
    except TooLateToUndo as refused:
        messages.warning(request, str(refused))
        return after(request, handoff)
    messages.info(request, f"{handoff.lead.name} is open again.")
    return after(request, handoff, opened=handoff.pk)


def _accept_meeting(handoff: Handoff, form: TermsForm, *, by: User, now: datetime) -> None:
    """Take the deal on, or say beside its field what no deal can have; who was first comes before what was typed."""
    handoffs.require_right(handoff, by)
    if not form.is_valid():
        return
    try:
        meetings.accept(handoff, form.terms, by=by, now=now)
    except TermsRefused as refused:
        form.add_error(refused.field, str(refused))


def visible_handoff(request: HttpRequest, handoff_id: int, *, is_held: bool = False) -> Handoff:
    """The hand-off that the address names, for whoever may know of it; where it `is_held`, locked with its lead."""
    found = handoff_seen_by(viewer(request), handoff_id, is_held=is_held)
    if found is None:
        raise Http404
    return found


def _too_late(
    request: HttpRequest, handoff: Handoff, refused: Exception, *, wanted: Handoff.Status, now: datetime
) -> HttpResponse:
    """Say who was first, and when; one's own second click on the same button changes nothing and says nothing."""
    if isinstance(refused, NotYours):
        messages.warning(request, str(refused))
    elif handoff.decided_by != viewer(request) or handoff.status != wanted:
        messages.warning(request, whereabouts.told(handoff, viewer=viewer(request), now=now))
    return after(request, handoff)


def after(request: HttpRequest, handoff: Handoff, *, opened: int | None = None) -> HttpResponse:
    """Back to the lead's page if that is where it was decided, else to the queue, where the next lead opens."""
    if _from_lead_page(request):
        return redirect(handoff.lead)
    return HttpResponseRedirect(queue_contents.url(queue_contents.tab_of(request), opened))


def _ask_again(request: HttpRequest, handoff: Handoff, problem: dict[str, Any]) -> HttpResponse:
    """The page that it was sent from, with the problem said and everything typed kept."""
    now = timezone.now()
    typed = {**problem, "note": request.POST.get("note", "")}
    if _from_lead_page(request):
        lead = get_object_or_404(lead_contents.visible_leads(viewer(request)), pk=handoff.lead_id)
        template, context = "leads/lead.html", lead_contents.context(lead, viewer=viewer(request), now=now)
    else:
        template = "routing/queue.html"
        context = queue_contents.context(request, opened=handoff.pk, now=now)
    response = render(request, template, context | typed, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    response["HX-Push-Url"] = "false"  # what is only sent to has no page to be loaded again
    return response


def _instant(microseconds: int | None) -> datetime | None:
    """The moment that an address gives in microseconds since 1970; None for what no clock can show."""
    try:
        return datetime.fromtimestamp(microseconds / 1_000_000, UTC) if microseconds is not None else None
    except (ValueError, OverflowError, OSError):
        return None


def _from_lead_page(request: HttpRequest) -> bool:
    return request.GET.get("from") == "lead"
