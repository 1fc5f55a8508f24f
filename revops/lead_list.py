"""The list of leads: all that the viewer may know of, newest first, by words, stage and grade; quick for a million."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from leads import parameters, revenue_cycle
from leads.domain.stages import Stage
from leads.models import FileImport, Lead, StageVisit
from leads.models.lead import LeadQuerySet
from leads.viewer import viewer
from revops.beginnings import no_leads_yet
from scoring import scorecards
from scoring.domain import tiers
from scoring.models import Score

PAGE = 50
YES = "yes"
PARTS = {
    "new": "is_new",
    "qualified": "has_qualified",
}  # of the people of a file, by their name in the address
Thresholds = tuple[float, float, float]


@dataclass(frozen=True)
class Line:
    """One lead of the list; `since` is when it came to its stage, and whoever has no score yet has no grade."""

    lead: Lead
    stage: str
    grade: str
    since: datetime | None


@dataclass(frozen=True)
class Page:
    """Fifty lines, and between which ids the pages beside it lie (None where there is none)."""

    lines: list[Line]
    newer_than: int | None
    older_than: int | None


@require_safe
def lead_list(request: HttpRequest) -> HttpResponse:
    """Fifty leads at a time by keyset, filtered by words, stage and grade."""
    q, stage, grade = (
        parameters.words(request, "q"),
        request.GET.get("stage", ""),
        request.GET.get("grade", ""),
    )
    found = Lead.objects.visible_to(viewer(request)).matching(q)
    if stage in Stage.__members__:
        found = found.at_stage(Stage(stage))
    thresholds = scorecards.published_model().grades
    if grade in tiers.GRADES:
        found = _graded(found, *tiers.fits_of(grade, thresholds))
    number, part = parameters.whole_number(request, "import"), _part(request)
    brought = None if number is None else FileImport.objects.filter(pk=number).first()
    if brought is not None:
        found = _brought(found, brought, part)
    page = _page(
        found,
        thresholds,
        before=parameters.whole_number(request, "before"),
        after=parameters.whole_number(request, "after"),
    )
    given = {"q": q, "stage": stage, "grade": grade, **_address_of(brought, part)}
    asked = {name: value for name, value in given.items() if value}
    context = {
        "lines": page.lines,
        "newer_url": _url(asked, after=page.newer_than),
        "older_url": _url(asked, before=page.older_than),
        "q": q,
        "stage": stage,
        "brought": brought,
        "part": part if brought is not None else "",
        "stages": revenue_cycle.labels(),
        "grade": grade,
        "grades": tiers.GRADES,
        "empty": None if page.lines else _nothing_matches() if asked else no_leads_yet(viewer(request)),
    }
    return render(request, "leads/lead_list.html", context)


def _part(request: HttpRequest) -> str:
    return next((part for part in PARTS if request.GET.get(part) == YES), "")


def _brought(found: LeadQuerySet, brought: FileImport, part: str) -> LeadQuerySet:
    """Those of whom the file told, or only those who came to be known, or passed the gate, by it."""
    which = {f"imports__{PARTS[part]}": True} if part else {}
    return found.filter(imports__file_import=brought, **which)


def _address_of(brought: FileImport | None, part: str) -> dict[str, str]:
    """The part of the address that asks for the people of a file."""
    if brought is None:
        return {}
    return {"import": str(brought.pk), **({part: YES} if part else {})}


def _graded(found: LeadQuerySet, least: float, under: float) -> LeadQuerySet:
    """Those whose stored fit is in the half-open range; every page of them is in the order of ids all the same."""
    return found.filter(score__fit__gte=least, score__fit__lt=under)


def _page(found: LeadQuerySet, thresholds: Thresholds, *, before: int | None, after: int | None) -> Page:
    """The page next to an id, newest first; one lead more is read to know whether the list goes on."""
    backwards = after is not None and before is None
    if backwards:
        leads = _read(found.filter(pk__gt=after).order_by("pk"))
    else:
        leads = _read((found if before is None else found.filter(pk__lt=before)).order_by("-pk"))
    goes_on, leads = len(leads) > PAGE, leads[:PAGE]
    if backwards:
        leads.reverse()
    has_newer = goes_on if backwards else before is not None
    labels = revenue_cycle.labels()
    has_older = True if backwards else goes_on
    return Page(
        lines=[_line(lead, thresholds, labels[lead.stage]) for lead in leads],
        newer_than=leads[0].pk if leads and has_newer else None,
        older_than=leads[-1].pk if leads and has_older else None,
    )


def _line(lead: Lead, thresholds: Thresholds, stage: str) -> Line:
    score: Score | None = getattr(lead, "score", None)
    grade = tiers.grade(score.fit, thresholds) if score else ""
    return Line(lead, stage, grade, lead.since)  # type: ignore[attr-defined]


def _read(found: LeadQuerySet) -> list[Lead]:
    visit = StageVisit.objects.filter(lead=OuterRef("pk"), left_at__isnull=True)
    lines = found.annotate(since=Subquery(visit.values("entered_at")[:1])).select_related(
        "account", "owner", "score"
    )
    return list(lines[: PAGE + 1])


def _url(asked: dict[str, str], **beside: int | None) -> str:
    query = asked | {name: str(value) for name, value in beside.items() if value is not None}
    return f"{reverse('leads')}?{urlencode(query)}" if len(query) > len(asked) else ""


def _nothing_matches() -> dict[str, object]:
    return {
        "title": "No lead matches",
        "text": "Try fewer words, another stage or another grade.",
        "links": [{"label": "Show all leads", "url": reverse("leads")}],
    }
