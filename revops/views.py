"""Pages that mix apps: home by role, the lead page, the viewer's own settings."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from leads import accounts, duplicates, lifecycle
from leads.access import only
from leads.domain.stages import MoveNotAllowed
from leads.merging import CannotMerge
from leads.models import Account, Role, User
from leads.viewer import viewer
from revops import decisions
from revops.beginnings import home_of
from revops.lead_page import contents as lead_contents
from revops.lead_page import score_history
from revops.lead_page.score_history import DateForm

LONGEST_REASON = 150
CANNOT_COME_BACK = (lifecycle.CannotBeReinstated, lifecycle.StageConflict, CannotMerge, MoveNotAllowed)


def home(request: HttpRequest) -> HttpResponse:
    """Where each role begins."""
    return redirect(home_of(viewer(request)))


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Remember how the pages look to the viewer."""
    theme = request.POST.get("theme", "")
    if theme in User.Theme.values:
        User.objects.filter(pk=viewer(request).pk).update(theme=theme)
    back = request.POST.get("next", "")
    safe = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return redirect(back if safe else "home")


@require_safe
def lead_page(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Everything about one lead: the brief, the scores taken apart, the clocks, the story."""
    user, now = viewer(request), timezone.now()
    lead = get_object_or_404(lead_contents.visible_leads(user), pk=lead_id)
    context = lead_contents.context(lead, viewer=user, now=now, asked=request.GET)
    undo = decisions.pending_undo(request, now=now, **{"from": "lead"})
    return render(request, "leads/lead.html", context | {"undo": undo})


@require_POST
@only(Role.OPS)
def reinstate(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Bring a disqualified lead back to marketing, with the reason (LC-8), and apart from whom it was merged into."""
    lead = get_object_or_404(lead_contents.visible_leads(viewer(request)), pk=lead_id)
    reason = request.POST.get("reason", "").replace("\x00", "")[:LONGEST_REASON]
    try:
        bring_back = lifecycle.reinstate if lead.merged_into is None else duplicates.bring_back
        bring_back(lead, by=viewer(request), now=timezone.now(), reason=reason)
    except CANNOT_COME_BACK as refused:
        messages.error(request, str(refused))
    return redirect(lead)


@require_safe
def lead_scores(request: HttpRequest, lead_id: int) -> HttpResponse:
    """The lead's scores on a date, as the lines that they are the sum of."""
    user, now = viewer(request), timezone.now()
    lead = get_object_or_404(lead_contents.visible_leads(user), pk=lead_id)
    form = DateForm(request.GET, today=timezone.localtime(now).date())
    return render(request, "leads/scores.html", {"lead": lead} | score_history.page(lead, form, now=now))


@require_POST
@only(Role.MANAGER, Role.OPS)
def set_dispute(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Say whether something is in dispute with the lead's company."""
    user, in_dispute = viewer(request), request.POST.get("in_dispute") == "yes"
    lead = get_object_or_404(lead_contents.visible_leads(user), pk=lead_id, account__isnull=False)
    account = Account.objects.get(people=lead)
    accounts.set_dispute(account, in_dispute=in_dispute, by=user, now=timezone.now())
    return redirect(lead)
