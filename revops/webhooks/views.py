"""The pages of webhooks: the list, one endpoint with its log, and its form; for revenue operations (PF-8)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from leads import parameters, webhooks
from leads.access import only
from leads.concurrent_edits import EditedMeanwhile
from leads.conflict import overtaken
from leads.models import Role, WebhookEndpoint
from leads.viewer import viewer
from revops.webhooks import page as webhook_page
from revops.webhooks.forms import EndpointForm, event_label

UNPROCESSABLE = 422


@require_safe
@only(Role.OPS)
def endpoints(request: HttpRequest) -> HttpResponse:
    """Every endpoint, and how it stands."""
    return render(request, "revops/webhooks.html", {"rows": webhook_page.rows(now=timezone.now())})


@require_safe
@only(Role.OPS)
def endpoint_page(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """One endpoint: how it stands, what was given up, and the log of tries."""
    endpoint = find(endpoint_id)
    now, before = timezone.now(), parameters.whole_number(request, "before")
    lines, has_older = webhook_page.log(endpoint, before=before)
    context = {
        "endpoint": endpoint,
        "standing": webhook_page.standing(endpoint, now=now),
        "events": [event_label(kind) for kind in endpoint.kinds],
        "both_hold": endpoint.previous_until and now < endpoint.previous_until,
        "set_aside": webhook_page.set_aside(endpoint),
        "waiting": webhook_page.waiting(endpoint),
        "lines": lines,
        "newer_url": request.path if before else "",
        "older_url": f"{request.path}?before={lines[-1].delivery.pk}" if has_older else "",
    }
    return render(request, "revops/webhook.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OPS)
@never_cache
def add(request: HttpRequest) -> HttpResponse:
    """A new endpoint; its secret is shown in the answer, and never again."""
    form = EndpointForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _form(request, form)
    made = webhooks.create(form.wanted, by=viewer(request), now=timezone.now())
    return secret_page(request, made, webhooks.secret_of(made))


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OPS)
def edit(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """What an endpoint is called, is sent, and listens to."""
    endpoint = find(endpoint_id)
    form = EndpointForm(request.POST if request.method == "POST" else None, endpoint=endpoint)
    if request.method != "POST" or not form.is_valid():
        return _form(request, form, endpoint)
    seen = form.cleaned_data["seen"]
    try:
        webhooks.change(endpoint, form.wanted, seen=seen, by=viewer(request), now=timezone.now())
    except EditedMeanwhile:
        return _conflict(request, form, find(endpoint_id))
    messages.success(request, _("“%(name)s”: saved.") % {"name": form.wanted.name})
    return redirect("webhook", endpoint_id)


def find(endpoint_id: int) -> WebhookEndpoint:
    """An endpoint of the organisation; people's own are nobody else's to see."""
    found = WebhookEndpoint.objects.of_organisation().select_related("team")
    return get_object_or_404(found, pk=endpoint_id)


def secret_page(request: HttpRequest, endpoint: WebhookEndpoint, secret: str) -> HttpResponse:
    """The secret, this once."""
    return render(request, "revops/webhook_secret.html", {"endpoint": endpoint, "secret": secret})


def _form(request: HttpRequest, form: EndpointForm, endpoint: WebhookEndpoint | None = None) -> HttpResponse:
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "revops/webhook_edit.html", {"form": form, "endpoint": endpoint}, status=status)


def _conflict(request: HttpRequest, form: EndpointForm, endpoint: WebhookEndpoint) -> HttpResponse:
    fresh = EndpointForm(endpoint=endpoint)
    title = _("Somebody saved “%(name)s” while you were editing.") % {"name": endpoint.name}
    return overtaken(
        request,
        form,
        fresh,
        title=title,
        back=reverse("webhook-edit", args=[endpoint.pk]),
        hidden={"url": ""},
    )
