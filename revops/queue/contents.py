"""What the queue's page shows: the tab's hand-offs, the one that is open, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from leads import addresses, parameters
from leads.compiled import compiled
from leads.models import User
from leads.prepared import Given, Query
from leads.remembering import remembering_that
from leads.viewer import viewer
from revops import decisions, frame
from revops.lead_page import call_later
from revops.lead_page.brief import Trace, brief
from revops.queue import empty as queue_empty
from revops.queue import fragments as queue_fragments
from revops.queue import moves as queue_moves
from routing import escalations, handoffs, queue, queue_tabs
from routing.models import Attempt, ClockPause, Doubt, Handoff, Reassignment
from routing.models.clock import NEXT_DUE
from routing.queue import Page
from routing.queue_rows import NAMESAKE, Row
from routing.queue_tabs import Tab

LATE = "late"

TAB_LABELS = {Tab.MINE: "Mine", Tab.TEAM: "Team", Tab.UNASSIGNED: "Unassigned", Tab.LATER: "Later"}


def context(request: HttpRequest, *, opened: int | None = None, now: datetime) -> dict[str, Any]:
    """The context of routing/queue.html; `opened` is the hand-off to open where the address names none."""
    user, tab = viewer(request), tab_of(request)
    late = compiled(escalations.untried(now=now).values(at=NEXT_DUE)[:1])
    beside = {LATE: late, **frame.beside(user)}
    page = queue.page(user, tab, now=now, beside=beside)
    frame.tell(request, page.beside)
    with remembering_that(page.edition):
        return _context(request, page, opened=opened, now=now)


def _context(request: HttpRequest, page: Page, *, opened: int | None, now: datetime) -> dict[str, Any]:
    user, tab, rows = viewer(request), tab_of(request), page.rows
    asked = opened or parameters.whole_number(request, "handoff")
    named = next((row for row in rows if row.handoff_id == asked), None)
    selected = named or (rows[0] if rows else None)
    detail = _detail(selected, user, now=now) if selected else None
    return {
        "rows": rows,
        "row_list": partial(
            queue_fragments.html,
            rows,
            opened=selected.handoff_id if selected else None,
            tells_holders=tab is not Tab.UNASSIGNED,
        ),
        "selected": selected,
        "opened": named is not None,
        "detail": detail,
        "tabs": _tabs(user, tab, page.counts),
        "reasons": detail["reasons"] if detail else [],
        "can_decide": detail is not None and detail["can_decide"],
        "empty": None
        if rows
        else queue_empty.empty(user, tab, unassigned=page.counts.get(Tab.UNASSIGNED, 0), now=now),
        "next_url": f"{reverse('take-next')}?{urlencode({'tab': tab.value})}" if user.works_leads else "",
        "banner": _banner(page.beside[LATE]),
        "undo": decisions.pending_undo(request, now=now, tab=tab.value),
        "arrivals_url": _arrivals_url(tab, page.newest, now=now),
        "back_url": url(tab),
    }


def tab_of(request: HttpRequest) -> Tab:
    """The tab that the address names, or else the viewer's first."""
    allowed = [*queue_tabs.tabs_of(viewer(request)), Tab.LATER]
    asked = request.GET.get("tab")
    return next((tab for tab in allowed if tab == asked), first_tab(viewer(request)))


def url(tab: Tab, handoff_id: int | None = None) -> str:
    """The address of a tab, and of one hand-off in it."""
    named = f"&handoff={handoff_id}" if handoff_id else ""
    return f"{addresses.of_page('queue')}?tab={tab.value}{named}"


def first_tab(user: User) -> Tab:
    """Where the viewer begins."""
    return next(iter(queue_tabs.tabs_of(user)), Tab.MINE)


def _opened() -> QuerySet[Handoff]:
    """A hand-off with what its panes ask for, and which histories it has that most never have."""
    of_this = {
        Trace.ATTEMPTS: Attempt.objects.filter(lead=OuterRef("lead")),
        Trace.MOVES: Reassignment.objects.filter(handoff=OuterRef("pk")),
        Trace.PAUSES: ClockPause.objects.filter(clock__handoff=OuterRef("pk")),
        Trace.DOUBTS: Doubt.objects.filter(handoff=OuterRef("pk")),
    }
    traces = {f"has_{trace}": Exists(rows) for trace, rows in of_this.items()}
    found = Handoff.objects.select_related("lead__account", "assignee", "team")
    return found.annotate(**traces).filter(pk=Given("pk"))


OPENED = Query(_opened)


def _detail(row: Row, user: User, *, now: datetime) -> dict[str, Any]:
    """The lead in the middle pane, why it is there, and what the viewer can do with it."""
    handoff = OPENED.first(pk=row.handoff_id)
    assert handoff is not None  # noqa: S101 - hand-offs are kept for ever
    traces = frozenset(trace for trace in Trace if getattr(handoff, f"has_{trace}"))
    told = brief(handoff.lead, handoff, viewer=user, now=now, traces=traces, compared=False)
    may_decide = handoffs.may_decide(handoff, user)
    was_paused = Trace.PAUSES in traces
    return {
        **vars(told),
        "row": row,
        "can_decide": may_decide,
        "call_later": call_later.panel(told, handoff, viewer=user, now=now, was_paused=was_paused),
        "reasons": _reasons(handoff, row, user, now=now) if may_decide else [],
        "moves": queue_moves.moves(handoff, row, user, now=now) if may_decide else None,
        "doubts": _doubts(handoff) if Trace.DOUBTS in traces else [],
    }


def _doubts(handoff: Handoff) -> QuerySet[Doubt]:
    return Doubt.objects.filter(handoff=handoff).select_related("raised_by", "answered_by").order_by("id")


def _reasons(handoff: Handoff, row: Row, user: User, *, now: datetime) -> list[dict[str, object]]:
    return decisions.reasons_for(handoff, by=user, now=now, may_repeat=NAMESAKE in row.flags)


def _tabs(user: User, current: Tab, counts: Mapping[Tab, int]) -> list[dict[str, Any]]:
    """The viewer's tabs; what was put off has one as long as there is any."""
    later = [Tab.LATER] if counts[Tab.LATER] or current is Tab.LATER else []
    return [
        {"label": TAB_LABELS[tab], "url": url(tab), "count": counts[tab], "current": tab is current}
        for tab in [*queue_tabs.tabs_of(user), *later]
    ]


def _arrivals_url(tab: Tab, newest: int, *, now: datetime) -> str:
    seen = {"tab": tab.value, "after": newest, "since": int(now.timestamp() * 1_000_000)}
    return f"{reverse('queue-arrivals')}?{urlencode(seen)}"


def _banner(since: datetime | None) -> str:
    """Said while the scheduler is late: what still holds, and what does not."""
    if since is None:
        return ""
    return (
        f"The scheduler is late: what was due at {timezone.localtime(since):%H:%M} has not run. "
        "Clocks and decisions hold; reminders and re-routes come late."
    )
