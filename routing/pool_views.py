"""The pages of the pools: who shares leads, and whether everybody had what is theirs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from leads.access import CONFIGURATION_READERS, only
from leads.models import Lead
from leads.viewer import viewer
from routing import pools


@require_safe
@only(*CONFIGURATION_READERS)
def pool_list(request: HttpRequest) -> HttpResponse:
    """Every pool that the viewer may know of."""
    return render(request, "routing/pools.html", {"pools": pools.listed(viewer(request))})


@require_safe
@only(*CONFIGURATION_READERS)
def pool_page(request: HttpRequest, pool_id: int) -> HttpResponse:
    """One pool: each rep's share, earned and received, and the last turns."""
    user = viewer(request)
    pool = get_object_or_404(pools.visible_to(user), pk=pool_id)
    turns = list(pools.last_turns(pool))
    seen = Lead.objects.visible_to(user).filter(pk__in=[turn.lead_id for turn in turns])
    context = {
        "pool": pool,
        "members": pools.members(pool, now=timezone.now()),
        "turns": turns,
        "open_to_viewer": set(seen.values_list("pk", flat=True)),
    }
    return render(request, "routing/pool.html", context)
