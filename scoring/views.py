"""The pages of the scoring model: its versions, what one says in words, editing a draft, publishing it."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.db.models import Case, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leads.access import CONFIGURATION_READERS, only
from leads.concurrent_edits import EditedMeanwhile
from leads.conflict import conflict
from leads.differences import differences
from leads.models import Role
from leads.viewer import viewer
from scoring import rescoring, scorecards
from scoring.domain.publishable import Fault
from scoring.domain.words import behaviours_in_words, criteria_in_words, tiers_in_words
from scoring.forms import RevisionForm, ScorecardForm
from scoring.models import Scorecard

Status = Scorecard.Status
UNPROCESSABLE = 422


@require_safe
def scorecards_page(request: HttpRequest) -> HttpResponse:
    """Every version, the one that scores today first."""
    versions = list(_versions())
    context = {
        "versions": versions,
        "outdated": rescoring.outdated() if versions else 0,
        "may_edit": viewer(request).is_ops,
        "may_calibrate": viewer(request).role in CONFIGURATION_READERS,
    }
    return render(request, "scoring/scorecards.html", context)


@require_safe
def scorecard_page(request: HttpRequest, version: int) -> HttpResponse:
    """One version in words; a draft also says what it would change, and what keeps it from being published."""
    scorecard = get_object_or_404(_versions(), version=version)
    model = scorecards.load(scorecard)
    context = {
        "scorecard": scorecard,
        "gate": model.gate,
        "fit": criteria_in_words(model.fit),
        "urgency": criteria_in_words(model.urgency),
        "behaviours": behaviours_in_words(model.behaviours.values()),
        "tiers": tiers_in_words(model.tiers),
        "faults": scorecards.problems(scorecard) if scorecard.is_draft else [],
        "changes": _changes(scorecard) if scorecard.is_draft else [],
        "outdated": rescoring.outdated() if scorecard.status == Status.PUBLISHED else 0,
        "may_edit": viewer(request).is_ops,
    }
    return render(request, "scoring/scorecard.html", context)


@require_POST
@only(Role.OPS)
def start_draft(request: HttpRequest, version: int) -> HttpResponse:
    """A draft with all that the version holds, opened for editing."""
    based_on = get_object_or_404(Scorecard, version=version)
    draft = scorecards.create_draft(based_on, by=viewer(request), now=timezone.now())
    return redirect("scorecard-edit", draft.version)


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OPS)
def edit(request: HttpRequest, version: int) -> HttpResponse:
    """Change a draft; what is not yet fit to be published is kept all the same, and says so."""
    draft = get_object_or_404(Scorecard, version=version)
    if request.method != "POST":
        return _editor(request, draft) if draft.is_draft else _cannot_be_edited(request, draft)
    form = ScorecardForm(request.POST, scorecard=draft)
    if not form.is_valid():
        return _render_editor(request, draft, form, status=UNPROCESSABLE)
    try:
        scorecards.edit(draft, revision=_revision(form), edits=form.edits)
    except (EditedMeanwhile, scorecards.NotADraft):
        return _conflict(request, draft, form)
    _tell_saved(request, draft)
    return redirect("scorecard", draft.version)


@require_POST
@only(Role.OPS)
def publish(request: HttpRequest, version: int) -> HttpResponse:
    """Make the draft the model that scores from now on, or say beside each field what keeps it from that."""
    draft = get_object_or_404(Scorecard, version=version)
    looked_at = RevisionForm(request.POST)
    revision = looked_at.cleaned_data["revision"] if looked_at.is_valid() else None
    try:
        scorecards.publish(draft, by=viewer(request), now=timezone.now(), revision=revision)
    except scorecards.NotPublishable as refused:
        return _refused(request, draft, refused.problems)
    except EditedMeanwhile:
        messages.warning(
            request,
            _("Somebody changed this draft since you opened it. Look at what it says now, then publish it."),
        )
        return redirect("scorecard", version)
    except scorecards.NotADraft:
        messages.warning(request, _("Version %(version)s is no draft any more.") % {"version": version})
        return redirect("scorecard", version)
    told = _("Version %(version)s scores from now on. Every lead is scored again in the background.")
    messages.success(request, told % {"version": version})
    return redirect("scorecards")


def _versions() -> QuerySet[Scorecard]:
    place = Case(When(status=Status.PUBLISHED, then=0), When(status=Status.DRAFT, then=1), default=2)
    people = ("published_by", "created_by", "based_on")
    return Scorecard.objects.select_related(*people).order_by(place, "-version")


def _changes(draft: Scorecard) -> list[object]:
    """What would be different from today's model."""
    form, today = ScorecardForm(scorecard=draft), ScorecardForm(scorecard=Scorecard.objects.published())
    return [each for each in differences(form, today.stored, form.stored) if each.label != form["note"].label]


def _editor(request: HttpRequest, draft: Scorecard) -> HttpResponse:
    return _render_editor(request, draft, ScorecardForm(scorecard=draft), status=200)


def _render_editor(
    request: HttpRequest, draft: Scorecard, form: ScorecardForm, *, status: int
) -> HttpResponse:
    return render(request, "scoring/edit.html", {"scorecard": draft, "form": form}, status=status)


def _refused(request: HttpRequest, draft: Scorecard, faults: list[Fault]) -> HttpResponse:
    """The editor with what is stored and each sentence at its field."""
    stored = ScorecardForm(scorecard=draft).stored
    form = ScorecardForm({**_as_sent(stored), "revision": draft.revision}, scorecard=draft)
    form.is_valid()
    for fault in faults:
        form.place(fault.field, fault.sentence)
    context = {"scorecard": draft, "form": form, "faults": faults}
    return render(request, "scoring/edit.html", context, status=UNPROCESSABLE)


def _as_sent(values: Mapping[str, object]) -> dict[str, object]:
    """Stored values as a browser would send them: what is empty or unticked is not sent."""
    return {name: value for name, value in values.items() if value is not None and value is not False}


def _cannot_be_edited(request: HttpRequest, scorecard: Scorecard) -> HttpResponse:
    told = _("Version %(version)s is no draft, and what was published never changes. Start a draft from it.")
    messages.info(request, told % {"version": scorecard.version})
    return redirect("scorecard", scorecard.version)


def _conflict(request: HttpRequest, draft: Scorecard, form: ScorecardForm) -> HttpResponse:
    """`draft` is read again by then: its revision is the stored one."""
    told = (
        _("Somebody saved version %(version)s while you were editing it.")
        if draft.is_draft
        else _("Version %(version)s was published while you were editing it, and no longer changes.")
    )
    return conflict(
        request,
        form,
        stored=ScorecardForm(scorecard=draft).stored,
        title=told % {"version": draft.version},
        fresh={"revision": draft.revision} if draft.is_draft else None,
        back=reverse("scorecard-edit", args=[draft.version]),
    )


def _tell_saved(request: HttpRequest, draft: Scorecard) -> None:
    if scorecards.problems(draft):
        messages.warning(request, _("Draft saved. It cannot be published yet."))
    else:
        messages.success(request, _("Draft saved."))


def _revision(form: ScorecardForm) -> int:
    """The state of the draft that the form showed; a form that does not say matches none."""
    revision: int | None = form.cleaned_data["revision"]
    return -1 if revision is None else revision
