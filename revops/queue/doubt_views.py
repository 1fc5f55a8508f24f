"""The page where revenue operations reads what reps doubt, and answers (QU-11)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from leads.access import only
from leads.models import Role
from leads.viewer import viewer
from routing import doubts
from routing.doubts import AlreadyAnswered, AnswerMissing
from routing.models import Doubt

MOST_SHOWN = 100


@require_safe
@only(Role.OPS)
def doubts_page(request: HttpRequest) -> HttpResponse:
    """What is open, the oldest first, and what was answered lately."""
    return render(request, "revops/doubts.html", _context())


@require_POST
@only(Role.OPS)
def answer(request: HttpRequest, doubt_id: int) -> HttpResponse:
    """Close a doubt with an answer."""
    doubt = get_object_or_404(Doubt.objects.select_related("lead", "raised_by"), pk=doubt_id)
    text = request.POST.get("answer", "").replace("\x00", "")
    try:
        doubts.answer(doubt, text, by=viewer(request), now=timezone.now())
    except AnswerMissing as missing:
        context = _context() | {"missing": doubt.pk, "problem": str(missing)}
        return render(request, "revops/doubts.html", context, status=422)
    except AlreadyAnswered as refused:
        messages.warning(request, str(refused))
        return redirect("doubts")
    messages.info(request, f"{doubt.raised_by} is told.")
    return redirect("doubts")


def _context() -> dict[str, Any]:
    related = Doubt.objects.select_related("lead", "raised_by", "answered_by", "handoff__assignee")
    return {
        "open": related.open().order_by("raised_at")[:MOST_SHOWN],
        "answered": related.filter(answered_at__isnull=False).order_by("-answered_at")[:MOST_SHOWN],
        "most": MOST_SHOWN,
    }
