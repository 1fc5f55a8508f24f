"""The pages of routing decisions: the searchable list, and one decision with its trace, made again on the spot."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from leads.access import CONFIGURATION_READERS, only
from leads.condition_text import label
from leads.domain.conditions import shown
from leads.viewer import viewer
from reports import decisions
from reports.decisions import DecisionFilter
from routing import trace_words
from routing.models import Handoff, Reassignment
from routing.replay import CannotReplay, Replay, replay
from routing.trace_words import TraceStep


@require_safe
@only(*CONFIGURATION_READERS)
def decision_list(request: HttpRequest) -> HttpResponse:
    """Decisions, the newest first; 400 for a filter that cannot be read."""
    form = DecisionFilter(request.GET, user=viewer(request), now=timezone.now())
    if not form.is_valid():
        return render(request, "reports/decisions.html", {"form": form, "page": None}, status=400)
    return render(request, "reports/decisions.html", {"form": form, "page": decisions.page(form)})


@require_safe
@only(*CONFIGURATION_READERS)
def decision(request: HttpRequest, handoff_id: int) -> HttpResponse:
    """One decision: each rule tried, who was considered, and what its version and input give when asked again."""
    rows = Handoff.objects.visible_to(viewer(request))
    people = ("lead__account", "assignee", "team", "rule_set", "pool")
    handoff = get_object_or_404(rows.select_related(*people), pk=handoff_id)
    again, cannot = _again(handoff)
    context = {
        "handoff": handoff,
        "because": again.because if again else handoff.because,
        "moves": _moves(handoff),
        "steps": trace_words.steps(handoff.explanation),
        "facts": [(label(name), shown(value)) for name, value in _facts(handoff)],
        "again": again,
        "cannot": cannot,
    }
    return render(request, "reports/decision.html", context)


def _facts(handoff: Handoff) -> list[tuple[str, object]]:
    return sorted(handoff.explanation.get("facts", {}).items())


def _moves(handoff: Handoff) -> list[tuple[Reassignment, list[TraceStep]]]:
    """How it was passed on since, each with who was considered, the latest last (RT-9)."""
    moves = handoff.reassignments.select_related("from_user", "to_user", "actor", "rule_set").order_by("id")
    return [(moved, trace_words.steps(moved.explanation)) for moved in moves]


def _again(handoff: Handoff) -> tuple[Replay | None, str]:
    try:
        return replay(handoff), ""
    except CannotReplay as refused:
        return None, str(refused)
