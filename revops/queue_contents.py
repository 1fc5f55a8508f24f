"""What the queue's page shows: the tab's hand-offs, the one that is open, and what can be done with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from leads import parameters
from leads.models import User
from leads.viewer import viewer
from revops import decisions
from revops.brief import brief
from routing import handoffs, queue
from routing.models import Handoff
from routing.queue import Row, Tab

TAB_LABELS = {Tab.MINE: "Mine", Tab.TEAM: "Team", Tab.UNASSIGNED: "Unassigned"}


def context(request: HttpRequest, *, opened: int | None = None, now: datetime) -> dict[str, Any]:
    """The context of routing/queue.html; `opened` is the hand-off to open where the address names none."""
    user, tab = viewer(request), tab_of(request)
    rows = queue.rows(user, tab, now=now)
    asked = opened or parameters.whole_number(request, "handoff")
    named = next((row for row in rows if row.handoff_id == asked), None)
    selected = named or (rows[0] if rows else None)
    detail = _detail(selected, user, now=now) if selected else None
    return {
        "rows": rows,
        "selected": selected,
        "opened": named is not None,
        "detail": detail,
        "tabs": [_tab_link(user, one, tab) for one in queue.tabs_of(user)],
        "reasons": decisions.reasons(now=now),
        "can_decide": detail is not None and detail["can_decide"],
        "empty": None if rows else _empty(tab),
        "undo": decisions.pending_undo(request, now=now, tab=tab.value),
        "arrivals_url": f"{reverse('queue-arrivals')}?{urlencode({'tab': tab.value, 'after': _newest(rows)})}",
        "back_url": url(tab),
    }


def tab_of(request: HttpRequest) -> Tab:
    """The tab that the address names, or else the viewer's first."""
    allowed = queue.tabs_of(viewer(request))
    asked = request.GET.get("tab")
    return next((tab for tab in allowed if tab == asked), allowed[0] if allowed else Tab.MINE)


def url(tab: Tab, handoff_id: int | None = None) -> str:
    """The address of a tab, and of one hand-off in it."""
    query = {"tab": tab.value} | ({"handoff": str(handoff_id)} if handoff_id else {})
    return f"{reverse('queue')}?{urlencode(query)}"


def _detail(row: Row, user: User, *, now: datetime) -> dict[str, Any]:
    """The lead in the middle pane and why it is there."""
    handoff = Handoff.objects.select_related("lead__account", "assignee", "reason").get(pk=row.handoff_id)
    told = brief(handoff.lead, handoff, viewer=user, now=now)
    return {**vars(told), "row": row, "can_decide": handoffs.may_decide(handoff, user)}


def _tab_link(user: User, tab: Tab, current: Tab) -> dict[str, Any]:
    count = queue.waiting(user, tab).count()
    return {"label": TAB_LABELS[tab], "url": url(tab), "count": count, "current": tab is current}


def _newest(rows: list[Row]) -> int:
    return max((row.handoff_id for row in rows), default=0)


def _empty(tab: Tab) -> dict[str, Any]:
    if tab is Tab.UNASSIGNED:
        return {"title": "Nothing waits unassigned", "text": "Every lead has somebody.", "links": []}
    return {
        "title": "Nothing is due",
        "text": "New leads come in here by themselves, the most urgent first.",
        "links": [{"label": "Your leads", "url": reverse("leads")}],
    }
