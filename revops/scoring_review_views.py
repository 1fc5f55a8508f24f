"""The page of the quarterly review."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from leads.access import CONFIGURATION_READERS, only
from revops import scoring_review
from revops.scoring_review import Review
from scoring.domain.review import Decided, ReasonChange


@require_safe
@only(*CONFIGURATION_READERS)
def review_page(request: HttpRequest) -> HttpResponse:
    """What changed since the model was last published or calibrated."""
    found = scoring_review.review(now=timezone.now())
    context = {
        "review": found,
        "acceptance_before": scoring_review.rate(found.before) if found else "",
        "acceptance_after": scoring_review.rate(found.after) if found else "",
        "lines": [_line(change, found) for change in found.reasons] if found else [],
    }
    return render(request, "scoring/review.html", context)


def _line(change: ReasonChange, found: Review) -> dict[str, str]:
    return {
        "reason": change.reason,
        "before": _count(change.before, change.share_before, found.before),
        "since": _count(change.after, change.share_after, found.after),
    }


def _count(count: int, share: float | None, decided: Decided) -> str:
    """How many of the rejections, and the share that they are where there are enough."""
    base = _("%(count)s of %(total)s") % {"count": count, "total": decided.rejections}
    return base if share is None else f"{share:.0%}, {base}"
