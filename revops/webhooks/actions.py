"""What revenue operations do with an endpoint: switch, resume, test, send again, and give it a new secret."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from leads import webhooks
from leads.access import only
from leads.models import Role
from leads.viewer import viewer
from revops.webhooks import page as webhook_page
from revops.webhooks.views import find, secret_page


@require_POST
@only(Role.OPS)
def switch(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """On or off."""
    is_on = request.POST.get("on") == "yes"
    webhooks.switch(find(endpoint_id), is_on=is_on, by=viewer(request), now=timezone.now())
    return redirect("webhook", endpoint_id)


@require_POST
@only(Role.OPS)
def resume(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """End a pause: what has waited goes out."""
    webhooks.resume(find(endpoint_id), by=viewer(request), now=timezone.now())
    return redirect("webhook", endpoint_id)


@require_POST
@only(Role.OPS)
def send_test(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """A message that says nothing but that it arrived."""
    webhooks.send_test(find(endpoint_id), by=viewer(request), now=timezone.now())
    messages.success(
        request, _("A test is on its way. What became of it stands in the log in a few seconds.")
    )
    return redirect("webhook", endpoint_id)


@require_POST
@only(Role.OPS)
def replay(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """Send one message again, or every given up one of a kind."""
    endpoint, asked = find(endpoint_id), request.POST
    again = webhook_page.replayable(
        endpoint, kind=asked.get("kind", "").replace("\x00", ""), message_id=asked.get("message", "")
    )
    count = webhooks.replay(again, by=viewer(request), now=timezone.now())
    told = ngettext("%(n)s message is sent again.", "%(n)s messages are sent again.", count)
    messages.success(request, told % {"n": count} if count else _("There was nothing to send again."))
    return redirect("webhook", endpoint_id)


@require_POST
@only(Role.OPS)
@never_cache
def rotate(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """A new secret, shown in the answer and never again; the old one holds for a day."""
    endpoint = find(endpoint_id)
    secret = webhooks.rotate(endpoint, by=viewer(request), now=timezone.now())
    return secret_page(request, endpoint, secret)
