"""The pages that tell of the scoring model: its versions, what one says in words, where two of them differ."""

from __future__ import annotations

from django.db.models import Case, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leads.parameters import whole_number
from leads.viewer import viewer
from scoring import progress, scorecards
from scoring.domain.comparison import by_part
from scoring.domain.model import DIMENSIONS
from scoring.domain.publishable import Fault
from scoring.domain.words import behaviours_in_words, criteria_in_words, tiers_in_words
from scoring.models import Scorecard

Status = Scorecard.Status
MOST_HISTORY = 50
UNPROCESSABLE = 422
QUESTIONS = {
    "fit": _("Fit: is this the right customer?"),
    "urgency": _("Urgency: how soon do they need it?"),
    "account": _("Account: is this company worth the effort?"),
}


@require_safe
def scorecards_page(request: HttpRequest) -> HttpResponse:
    """Every version, the one that scores today first; discarded drafts wait at the end."""
    versions = list(_versions())
    context = {
        "versions": [version for version in versions if version.status != Status.DISCARDED],
        "discarded": [version for version in versions if version.status == Status.DISCARDED],
        "published": versions[0] if versions else None,
        "progress": progress.of_publish() if versions else None,
        "may_edit": viewer(request).is_ops,
    }
    return render(request, "scoring/scorecards.html", context)


@require_safe
def scorecard_page(request: HttpRequest, version: int) -> HttpResponse:
    """One version in words; a draft also says what it would change, and what keeps it from being published."""
    scorecard = get_object_or_404(_versions(), version=version)
    faults = scorecards.problems(scorecard) if scorecard.is_draft else []
    return version_page(request, scorecard, faults=faults, status=200)


def version_page(
    request: HttpRequest, scorecard: Scorecard, *, faults: list[Fault], status: int, refused: bool = False
) -> HttpResponse:
    """The page of a version, with what keeps it from being published; `refused` when somebody just tried."""
    model, published = scorecards.load(scorecard), Scorecard.objects.published()
    changes = scorecards.changes(published, scorecard) if scorecard != published else []
    context = {
        "scorecard": scorecard,
        "model": model,
        "published": published,
        "dimensions": [
            (name, QUESTIONS[name], criteria_in_words(model.criteria(name))) for name in DIMENSIONS
        ],
        "behaviours": behaviours_in_words(model.behaviours.values()),
        "tiers": tiers_in_words(model.tiers),
        "faults": faults,
        "refused": refused,
        "changes": by_part(changes),
        "progress": progress.of_publish() if scorecard == published else None,
        "history": scorecards.history(scorecard)[:MOST_HISTORY],
        "may_edit": viewer(request).is_ops,
    }
    return render(request, "scoring/scorecard.html", context, status=status)


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Where any two versions differ, part by part; today's and the newest where none are named."""
    versions = list(_versions())
    by_number = {version.version: version for version in versions}
    one = by_number.get(whole_number(request, "one") or 0, versions[0] if versions else None)
    other = by_number.get(whole_number(request, "other") or 0, max(versions, key=_number, default=None))
    context = {
        "versions": sorted(versions, key=_number, reverse=True),
        "one": one,
        "other": other,
        "parts": by_part(scorecards.changes(one, other)) if one and other else [],
    }
    return render(request, "scoring/compare.html", context)


@require_safe
def publish_progress(request: HttpRequest) -> HttpResponse:
    """The progress of scoring again, alone; once nothing is left, that every lead is scored."""
    return render(request, "scoring/_progress.html", {"progress": progress.of_publish(), "asked": True})


def _versions() -> QuerySet[Scorecard]:
    place = Case(When(status=Status.PUBLISHED, then=0), When(status=Status.DRAFT, then=1), default=2)
    people = ("published_by", "created_by", "based_on")
    return Scorecard.objects.select_related(*people).order_by(place, "-version")


def _number(version: Scorecard) -> int:
    return version.version
