"""The queue's pages: look, accept, reject, undo. Each decision is one capability call; the truth is told on a stale page."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from leads.domain.identity import InvalidEmail, normalise_email
from leads.models import Lead, User
from leads.viewer import viewer
from revops.brief import brief
from routing import handoffs, queue
from routing.handoffs import AlreadyDecided, NotYours, ReasonNotUsable, Rejection, TooLateToUndo
from routing.models import Handoff, RejectionReason
from routing.queue import Row, Tab

TAB_LABELS = {Tab.MINE: "Mine", Tab.TEAM: "Team", Tab.UNASSIGNED: "Unassigned"}


@require_safe
def queue_page(request: HttpRequest) -> HttpResponse:
    """The viewer's open hand-offs, most urgent first, with one of them open."""
    return _render(request)


@require_safe
def arrivals(request: HttpRequest) -> HttpResponse:
    """How many hand-offs have come since the page was made; 204 when none."""
    user, tab = viewer(request), _tab(request)
    since = request.GET.get("after", "")
    count = queue.waiting(user, tab).filter(pk__gt=int(since)).count() if since.isdecimal() else 0
    if not count:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return render(request, "routing/_queue_arrivals.html", {"count": count, "url": _queue_url(tab)})


@require_POST
def accept(request: HttpRequest, handoff_id: int) -> HttpResponse:
    """Take the lead."""
    handoff = _visible(request, handoff_id)
    try:
        handoffs.accept(handoff, by=viewer(request), now=timezone.now())
    except (AlreadyDecided, NotYours) as refused:
        messages.warning(request, str(refused))
        return _after(request)
    _offer_undo(request, handoff, f"{handoff.lead.name} is yours.")
    return _after(request)


@require_POST
def reject(request: HttpRequest, handoff_id: int) -> HttpResponse:
    """Say no, with a reason; a reason that cannot be used is said beside it and nothing is lost."""
    handoff = _visible(request, handoff_id)
    try:
        rejection = _rejection(request)
        handoffs.reject(handoff, rejection, by=viewer(request), now=timezone.now())
    except ReasonNotUsable as problem:
        error = {"reject_error": str(problem), "note": request.POST.get("note", "")}
        return _render(request, opened=handoff.pk, status=HTTPStatus.UNPROCESSABLE_ENTITY, **error)
    except (AlreadyDecided, NotYours) as refused:
        messages.warning(request, str(refused))
        return _after(request)
    outcome = handoffs.consequence(rejection.reason, now=timezone.now())
    _offer_undo(request, handoff, f"{handoff.lead.name} is rejected: {outcome}.")
    return _after(request)


@require_POST
def undo(request: HttpRequest, handoff_id: int) -> HttpResponse:
    """Take back one's own decision of the last ten seconds."""
    handoff = _visible(request, handoff_id)
    try:
        handoffs.undo(handoff, by=viewer(request), now=timezone.now())
    except TooLateToUndo as refused:
        messages.warning(request, str(refused))
        return _after(request)
    messages.info(request, f"{handoff.lead.name} is open again.")
    return redirect(_queue_url(_tab(request), handoff.pk))


def _render(
    request: HttpRequest, *, opened: int | None = None, status: HTTPStatus = HTTPStatus.OK, **more: Any
) -> HttpResponse:
    user, now = viewer(request), timezone.now()
    tabs = queue.tabs_of(user)
    if not tabs:
        return render(request, "routing/no_queue.html", status=HTTPStatus.FORBIDDEN)
    tab = _tab(request)
    rows = queue.rows(user, tab, now=now)
    asked = opened or _asked(request)
    selected = next((row for row in rows if row.handoff_id == asked), rows[0] if rows else None)
    detail = _detail(selected, user) if selected else None
    context = {
        "rows": rows,
        "selected": selected,
        "opened": asked is not None and selected is not None and selected.handoff_id == asked,
        "detail": detail,
        "tabs": [_tab_link(user, one, tab) for one in tabs],
        "reasons": _reasons(now=now),
        "can_decide": detail is not None and detail["can_decide"],
        "empty": None if rows else _empty(tab),
        "undo": _pending_undo(request),
        "arrivals_url": f"{reverse('queue-arrivals')}?{urlencode({'tab': tab, 'after': _newest(rows)})}",
        **more,
    }
    only_panes = request.headers.get("HX-Target") == "panes"
    template = "routing/_queue_panes.html" if only_panes else "routing/queue.html"
    return render(request, template, context, status=status)


def _detail(row: Row, user: User) -> dict[str, Any]:
    """The lead in the middle pane and why it is there."""
    handoff = Handoff.objects.select_related("lead__account").get(pk=row.handoff_id)
    told = brief(handoff.lead, handoff, viewer=user, now=timezone.now())
    return {**vars(told), "row": row, "can_decide": handoffs.may_decide(handoff, user)}


def _rejection(request: HttpRequest) -> Rejection:
    reason = RejectionReason.objects.filter(code=request.POST.get("reason", "")).first()
    if reason is None:
        raise ReasonNotUsable("Choose a reason.")
    note = request.POST.get("note", "")
    if "\x00" in note:
        raise ReasonNotUsable("The note holds a character that cannot be stored. Type it again.")
    return Rejection(reason, note[:2000], duplicate_of=_named_lead(request, note))


def _named_lead(request: HttpRequest, note: str) -> Lead | None:
    """The lead whose e-mail address stands in the note, among those that the viewer may see."""
    for word in note.split():
        try:
            key = normalise_email(word.strip(".,;<>()")).key
        except InvalidEmail:
            continue
        found = Lead.objects.visible_to(viewer(request)).filter(email_key=key).first()
        if found is not None:
            return found
    return None


def _visible(request: HttpRequest, handoff_id: int) -> Handoff:
    visible = Handoff.objects.visible_to(viewer(request)).select_related("lead", "assignee", "team")
    return get_object_or_404(visible, pk=handoff_id)


def _tab(request: HttpRequest) -> Tab:
    allowed = queue.tabs_of(viewer(request))
    asked = request.GET.get("tab") or request.POST.get("tab")
    return next((tab for tab in allowed if tab == asked), allowed[0] if allowed else Tab.MINE)


def _asked(request: HttpRequest) -> int | None:
    asked = request.GET.get("handoff", "")
    return int(asked) if asked.isdecimal() and len(asked) < 19 else None  # noqa: PLR2004 - a bigint has 19 digits


def _tab_link(user: User, tab: Tab, current: Tab) -> dict[str, Any]:
    count = queue.waiting(user, tab).count()
    return {"label": TAB_LABELS[tab], "url": _queue_url(tab), "count": count, "current": tab is current}


def _queue_url(tab: Tab, handoff_id: int | None = None) -> str:
    query = {"tab": tab.value} | ({"handoff": str(handoff_id)} if handoff_id else {})
    return f"{reverse('queue')}?{urlencode(query)}"


def _newest(rows: list[Row]) -> int:
    return max((row.handoff_id for row in rows), default=0)


def _reasons(*, now: Any) -> list[dict[str, Any]]:
    active = RejectionReason.objects.filter(is_active=True).order_by("position")
    return [
        {
            "number": number,
            "code": reason.code,
            "label": reason.label,
            "consequence": handoffs.consequence(reason, now=now),
            "note_required": reason.note_required,
        }
        for number, reason in enumerate(active, start=1)
    ]


def _empty(tab: Tab) -> dict[str, Any]:
    if tab is Tab.UNASSIGNED:
        return {"title": "Nothing waits unassigned", "text": "Every lead has somebody.", "links": []}
    text = "New leads come in here by themselves, the most urgent first."
    return {
        "title": "Nothing is due",
        "text": text,
        "links": [{"label": "Your leads", "url": reverse("leads")}],
    }


def _after(request: HttpRequest) -> HttpResponse:
    """Back to the queue, where the next lead opens by itself."""
    return redirect(_queue_url(_tab(request)))


def _offer_undo(request: HttpRequest, handoff: Handoff, text: str) -> None:
    request.session["undo"] = {"handoff": handoff.pk, "text": text, "until": timezone.now().timestamp() + 10}


def _pending_undo(request: HttpRequest) -> dict[str, str] | None:
    """What can still be undone; it vanishes with its ten seconds."""
    offered = request.session.get("undo")
    if not offered or offered["until"] < timezone.now().timestamp():
        return None
    return {"text": offered["text"], "url": reverse("undo", args=[offered["handoff"]])}
