"""Pages that mix apps: home by role, the lead page, the viewer's own settings."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from leads.history import story
from leads.models import Lead, Notification, Role, User
from leads.viewer import viewer
from revops.brief import brief
from routing import attempts, handoffs
from routing.models import Attempt, Handoff

NOTIFICATIONS_SHOWN = 100
HOMES = {
    Role.SDR: "queue",
    Role.AE: "queue",
    Role.MANAGER: "service-level-report",
    Role.OPS: "scorecards",
}


def home(request: HttpRequest) -> HttpResponse:
    """Where each role begins."""
    return redirect(HOMES.get(Role(viewer(request).role), "leads"))


@require_safe
def notifications(request: HttpRequest) -> HttpResponse:
    """What the viewer was told, newest first; looking marks it as read."""
    own = Notification.objects.filter(user=viewer(request))
    shown = list(own.order_by("-id")[:NOTIFICATIONS_SHOWN])
    own.filter(read_at__isnull=True, pk__in=[one.pk for one in shown]).update(read_at=timezone.now())
    return render(request, "revops/notifications.html", {"notifications": shown})


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Remember how the pages look to the viewer."""
    theme = request.POST.get("theme", "")
    if theme in User.Theme.values:
        User.objects.filter(pk=viewer(request).pk).update(theme=theme)
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return redirect(back if safe else "home")


@require_safe
def lead_page(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Everything about one lead: the brief, the scores taken apart, the clocks, the story."""
    user, now = viewer(request), timezone.now()
    visible = Lead.objects.visible_to(user).select_related("account", "owner", "team", "merged_into")
    lead = get_object_or_404(visible, pk=lead_id)
    handoff = latest_handoff(lead)
    context = {
        "lead": lead,
        "handoff": handoff,
        "brief": brief(lead, handoff, viewer=user, now=now),
        "story": story(lead),
        "visits": lead.visits.select_related("actor").order_by("entered_at", "id"),
        "can_decide": handoff is not None and handoff.is_open and handoffs.may_decide(handoff, user),
        "can_log": handoff is not None and _may_log(user),
        "channels": Attempt.Channel.choices,
        "outcomes": Attempt.Outcome.choices,
        "now": now,
    }
    return render(request, "leads/lead.html", context)


@require_POST
def log_attempt(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Keep a try to reach the person; the first that counts stops the first-response clock."""
    user = viewer(request)
    lead = get_object_or_404(Lead.objects.visible_to(user), pk=lead_id)
    if not _may_log(user):
        raise PermissionDenied
    form = AttemptForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Nothing was logged: choose a channel and an outcome.")
        return redirect(lead)
    try:
        attempts.log(lead, **form.cleaned_data, by=user, now=timezone.now())
    except attempts.NothingToLogFor as problem:
        messages.error(request, str(problem))
    return redirect(lead)


class AttemptForm(forms.Form):
    """How it was tried and what came of it."""

    channel = forms.ChoiceField(choices=Attempt.Channel.choices)
    outcome = forms.ChoiceField(choices=Attempt.Outcome.choices)
    note = forms.CharField(required=False, max_length=2000)


def latest_handoff(lead: Lead) -> Handoff | None:
    """The lead's latest hand-off, open or decided."""
    found = Handoff.objects.filter(lead=lead).select_related(
        "assignee", "decided_by", "reason", "lead__account"
    )
    return found.order_by("-qualified_at", "-id").first()


def _may_log(user: User) -> bool:
    return user.works_leads or user.role in (Role.MANAGER, Role.OPS)
