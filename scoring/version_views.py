"""What operations does with a whole version: start a draft from it, publish, roll back, discard, take up again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from leads.access import only
from leads.concurrent_edits import EditedMeanwhile
from leads.models import Role
from leads.viewer import viewer
from scoring import scorecards
from scoring.domain.comparison import by_part
from scoring.forms.parts import RevisionForm
from scoring.models import Scorecard
from scoring.views import UNPROCESSABLE, version_page


@require_POST
@only(Role.OPS)
def start_draft(request: HttpRequest, version: int) -> HttpResponse:
    """A draft with all that the version holds, opened for editing."""
    based_on = get_object_or_404(Scorecard, version=version)
    draft = scorecards.create_draft(based_on, by=viewer(request), now=timezone.now())
    return redirect("scorecard", draft.version)


@require_POST
@only(Role.OPS)
def publish(request: HttpRequest, version: int) -> HttpResponse:
    """Make the draft the model that scores from now on, or say at each of its parts what keeps it from that."""
    draft = get_object_or_404(Scorecard, version=version)
    looked_at = RevisionForm(request.POST)
    revision = looked_at.cleaned_data["revision"] if looked_at.is_valid() else None
    try:
        scorecards.publish(draft, by=viewer(request), now=timezone.now(), revision=revision)
    except scorecards.NotPublishable as refused:
        return version_page(request, draft, faults=refused.problems, status=UNPROCESSABLE, refused=True)
    except EditedMeanwhile:
        messages.warning(
            request,
            _("Somebody changed this draft since you opened it. Look at what it says now, then publish it."),
        )
        return redirect("scorecard", version)
    except scorecards.NotADraft:
        return _no_draft(request, version)
    return _scores_from_now_on(request, version)


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OPS)
def roll_back(request: HttpRequest, version: int) -> HttpResponse:
    """Name what rolling back to a retired version changes, and do it once that is confirmed."""
    retired = get_object_or_404(Scorecard.objects.select_related("published_by"), version=version)
    if retired.status != Scorecard.Status.RETIRED:
        return _never_published(request, version)
    if request.method != "POST":
        return _confirm(request, retired, status=200)
    looked_at = RevisionForm(request.POST)
    seen = looked_at.seen if looked_at.is_valid() else -1
    try:
        again = scorecards.roll_back(retired, seen=seen, by=viewer(request), now=timezone.now())
    except EditedMeanwhile:
        told = _("Another version scores by now. Look at what rolling back changes today, then confirm it.")
        messages.warning(request, told)
        return _confirm(request, retired, status=409)
    except scorecards.NotPublishable as refused:
        return version_page(request, retired, faults=refused.problems, status=UNPROCESSABLE, refused=True)
    return _scores_from_now_on(request, again.version)


@require_POST
@only(Role.OPS)
def discard(request: HttpRequest, version: int) -> HttpResponse:
    """Put a draft aside; it can be taken up again from the list."""
    draft = get_object_or_404(Scorecard, version=version)
    try:
        scorecards.discard(draft, by=viewer(request), now=timezone.now())
    except scorecards.NotADraft:
        return _no_draft(request, version)
    told = _("Draft %(version)s is discarded. It waits under “Discarded drafts” for who wants it back.")
    messages.success(request, told % {"version": version})
    return redirect("scorecards")


@require_POST
@only(Role.OPS)
def take_up(request: HttpRequest, version: int) -> HttpResponse:
    """Make a discarded draft a draft again."""
    draft = get_object_or_404(Scorecard, version=version)
    try:
        scorecards.take_up(draft, by=viewer(request), now=timezone.now())
    except scorecards.NotADraft:
        messages.info(request, _("Version %(version)s is not discarded.") % {"version": version})
    return redirect("scorecard", version)


def _confirm(request: HttpRequest, retired: Scorecard, *, status: int) -> HttpResponse:
    published = Scorecard.objects.published()
    parts = by_part(scorecards.changes(published, retired))
    context = {"scorecard": retired, "published": published, "parts": parts}
    return render(request, "scoring/roll_back.html", context, status=status)


def _scores_from_now_on(request: HttpRequest, version: int) -> HttpResponse:
    told = _("Version %(version)s scores from now on. Every lead is scored again in the background.")
    messages.success(request, told % {"version": version})
    return redirect("scorecards")


def _no_draft(request: HttpRequest, version: int) -> HttpResponse:
    messages.warning(request, _("Version %(version)s is no draft any more.") % {"version": version})
    return redirect("scorecard", version)


def _never_published(request: HttpRequest, version: int) -> HttpResponse:
    told = _("Version %(version)s is not retired; only what scored once can be rolled back to.")
    messages.info(request, told % {"version": version})
    return redirect("scorecard", version)
