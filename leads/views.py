"""The list of leads: everybody the viewer may know of, newest first, found by words."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leads.domain.stages import Stage
from leads.models import Lead
from leads.viewer import viewer

PAGE = 50
LONGEST_SEARCH = 200


@require_safe
def lead_list(request: HttpRequest) -> HttpResponse:
    """Fifty at a time by keyset, so that the last page of a million is as quick as the first."""
    words = request.GET.get("q", "").replace("\x00", "")[:LONGEST_SEARCH]
    stage = request.GET.get("stage", "")
    found = Lead.objects.visible_to(viewer(request)).matching(words)
    if stage in Stage.__members__:
        found = found.filter(stage=stage)
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:  # noqa: PLR2004 - a bigint has 19 digits
        found = found.filter(pk__lt=int(before))
    leads = list(found.select_related("account", "owner").order_by("-pk")[: PAGE + 1])
    context = {
        "leads": leads[:PAGE],
        "older": leads[PAGE - 1].pk if len(leads) > PAGE else None,
        "is_first_page": not before,
        "q": words,
        "stage": stage,
        "stages": list(Stage),
    }
    return render(request, "leads/lead_list.html", context)
