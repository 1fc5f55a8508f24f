"""The page on which a person chooses what they are told, and how; and their own webhook (SL-12)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from leads import notices, webhooks
from leads.models import User, WebhookEndpoint
from leads.viewer import viewer
from revops.notifications.form import NoticeForm
from revops.notifications.words import kinds_of
from revops.webhooks import page as webhook_page
from revops.webhooks.forms import OwnWebhookForm

UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    """The viewer's choices: kinds of news by channels, and the hours without mail."""
    user = viewer(request)
    form = _choices(user, request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, OwnWebhookForm())
    values = form.cleaned_data
    notices.choose(user, form.chosen, quiet_from=values["quiet_from"], quiet_until=values["quiet_until"])
    messages.success(request, _("Saved. It holds for all that comes from now on."))
    return redirect("notification-settings")


@require_POST
def set_webhook(request: HttpRequest) -> HttpResponse:
    """Send the viewer's news to an address of their own too."""
    form = OwnWebhookForm(request.POST)
    if not form.is_valid():
        return _page(request, _choices(viewer(request)), form)
    webhooks.set_personal(viewer(request), form.cleaned_data["url"], now=timezone.now())
    messages.success(request, _("Saved. Choose above what is sent there, and try it with a test."))
    return redirect("notification-settings")


@require_POST
def test_webhook(request: HttpRequest) -> HttpResponse:
    """Send a test to the viewer's own address."""
    endpoint = _own(viewer(request))
    if endpoint is not None:
        webhooks.send_test(endpoint, by=viewer(request), now=timezone.now())
        messages.success(request, _("A test is on its way; it arrives in a few seconds."))
    return redirect("notification-settings")


@require_POST
def remove_webhook(request: HttpRequest) -> HttpResponse:
    """Send nothing there any more, and forget the address."""
    webhooks.remove_personal(viewer(request))
    messages.success(request, _("Removed. The address is forgotten."))
    return redirect("notification-settings")


def _own(user: User) -> WebhookEndpoint | None:
    return WebhookEndpoint.objects.filter(person=user, is_on=True).first()


def _choices(user: User, data: object = None) -> NoticeForm:
    return NoticeForm(data, wishes=notices.wishes_of([user.pk])[user.pk], kinds=kinds_of(user.role))


def _page(request: HttpRequest, form: NoticeForm, webhook_form: OwnWebhookForm) -> HttpResponse:
    endpoint = _own(viewer(request))
    context = {
        "form": form,
        "webhook_form": webhook_form,
        "webhook": endpoint,
        "standing": webhook_page.standing(endpoint, now=timezone.now()) if endpoint else None,
    }
    status = UNPROCESSABLE if form.is_bound or webhook_form.is_bound else 200
    return render(request, "revops/notification_settings.html", context, status=status)
