"""Pages that mix apps: home by role, the lead page, the viewer's own settings."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from leads.models import Role, User
from leads.viewer import viewer

HOMES = {
    Role.SDR: "queue",
    Role.AE: "queue",
    Role.MANAGER: "service-level-report",
    Role.OPS: "scorecards",
}


def home(request: HttpRequest) -> HttpResponse:
    """Where each role begins."""
    return redirect(HOMES.get(Role(viewer(request).role), "leads"))


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Remember how the pages look to the viewer."""
    theme = request.POST.get("theme", "")
    if theme in User.Theme.values:
        User.objects.filter(pk=viewer(request).pk).update(theme=theme)
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return redirect(back if safe else "home")


def lead_page(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Everything about one lead."""
    raise NotImplementedError
