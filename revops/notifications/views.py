"""The pages of what the viewer was told: unread first, opened where it leads, marked as read; the bell's number."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from leads import notices
from leads.models import Notification
from leads.viewer import viewer

SHOWN = 100


@require_safe
def notifications(request: HttpRequest) -> HttpResponse:
    """What the viewer was told: what is unread, then the rest, each the newest first."""
    own = Notification.objects.filter(user=viewer(request)).order_by("-id")
    context = {
        "unread": list(own.filter(read_at__isnull=True)[:SHOWN]),
        "read": list(own.filter(read_at__isnull=False)[:SHOWN]),
        "how_many": notices.unread(viewer(request)),
    }
    return render(request, "revops/notifications.html", context)


@require_safe
def unread(request: HttpRequest) -> HttpResponse:
    """The bell's number, or 204 while it is what the page shows."""
    count = notices.unread(viewer(request))
    if request.GET.get("seen") == str(count):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return render(request, "includes/_bell.html", {"unread": count})


@require_safe
def open_notification(request: HttpRequest, notification_id: int) -> HttpResponse:
    """Go to what it is about; it counts as read from then on."""
    user = viewer(request)
    notification = get_object_or_404(Notification, pk=notification_id, user=user)
    notices.mark_read(user, notification.pk, now=timezone.now())
    return redirect(notification.path or "notifications")


@require_POST
def mark_read(request: HttpRequest, notification_id: int) -> HttpResponse:
    """Read, or to be read once more."""
    user = viewer(request)
    notification = get_object_or_404(Notification, pk=notification_id, user=user)
    if request.POST.get("read") == "no":
        notices.mark_unread(user, notification.pk)
    else:
        notices.mark_read(user, notification.pk, now=timezone.now())
    return redirect("notifications")


@require_POST
def mark_all_read(request: HttpRequest) -> HttpResponse:
    """Nothing waits any more."""
    notices.mark_read(viewer(request), now=timezone.now())
    return redirect("notifications")
