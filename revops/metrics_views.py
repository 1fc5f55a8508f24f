"""/metrics: for whoever holds the token, or for a scraper on this machine where none is set."""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from leads.domain.request_origin import client_address
from revops import metrics


@login_not_required
@require_safe
@never_cache
def metrics_page(request: HttpRequest) -> HttpResponse:
    """The figures; whoever may not read them is not told that there are any."""
    if not _may_read(request):
        raise Http404
    return HttpResponse(metrics.page(), content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    """By token where METRICS_TOKEN is set; otherwise from this machine, unless a proxy passed it on."""
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}")
    address = client_address(request.META.get("REMOTE_ADDR", ""), "", trusted=())
    is_here = address is not None and ip_address(address).is_loopback
    return is_here and "X-Forwarded-For" not in request.headers and "Forwarded" not in request.headers
