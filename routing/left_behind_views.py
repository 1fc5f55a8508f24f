"""The page of leads that are left behind or languish, for those who can do something about them (RT-10)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from leads import revenue_cycle
from leads.access import CONFIGURATION_READERS, only
from leads.viewer import viewer
from routing import invariants, left_behind, set_aside


@require_safe
@only(*CONFIGURATION_READERS)
def left_behind_page(request: HttpRequest) -> HttpResponse:
    """What lies still, of all that the viewer may see."""
    user, now = viewer(request), timezone.now()
    cycle = revenue_cycle.read()
    rests = {cycle.label(stage): longest.days for stage, longest in invariants.longest_rests().items()}
    context = {
        "violations": left_behind.violations(user),
        "languishing": left_behind.languishing(user, now=now),
        "set_aside": set_aside.listed(user),
        "may_settle": user.is_ops,
        "rests": rests,
        "most": left_behind.MOST_SHOWN,
    }
    return render(request, "routing/left_behind.html", context)
