"""The page on which a person chooses what they are told, and how (SL-12)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from leads import notices
from leads.viewer import viewer
from revops.notice_words import kinds_of
from revops.notification_form import NoticeForm

UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    """The viewer's choices: kinds of news by channels, and the hours without mail."""
    user = viewer(request)
    wishes = notices.wishes_of([user.pk])[user.pk]
    data = request.POST if request.method == "POST" else None
    form = NoticeForm(data, wishes=wishes, kinds=kinds_of(user.role))
    if data is None or not form.is_valid():
        status = UNPROCESSABLE if form.is_bound else 200
        return render(request, "revops/notification_settings.html", {"form": form}, status=status)
    values = form.cleaned_data
    notices.choose(user, form.chosen, quiet_from=values["quiet_from"], quiet_until=values["quiet_until"])
    messages.success(request, _("Saved. It holds for all that comes from now on."))
    return redirect("notification-settings")
