"""The page of signals that could not be processed: why, what was sent, and another try for one or for all (IN-14)."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from leads import intake
from leads.access import only
from leads.models import FailedSignal, Role

A_PAGE = 50
LONGEST_PAYLOAD = 20_000


@dataclass(frozen=True)
class Letter:
    """A failed signal as it is read on the page."""

    row: FailedSignal
    type: str
    payload: str
    is_cut: bool


@require_safe
@only(Role.OPS)
def dead_letters(request: HttpRequest) -> HttpResponse:
    """What could not be processed, the newest first, a page at a time."""
    rows = FailedSignal.objects.select_related("source").order_by("-id")
    before = _before(request)
    found = list((rows.filter(id__lt=before) if before else rows)[: A_PAGE + 1])
    shown = found[:A_PAGE]
    context = {
        "letters": [_letter(row) for row in shown],
        "dead": FailedSignal.objects.filter(dead_at__isnull=False).count(),
        "waiting": FailedSignal.objects.filter(dead_at__isnull=True).count(),
        "newer_url": request.path if before else "",
        "older_url": f"{request.path}?before={shown[-1].pk}" if len(found) > A_PAGE else "",
    }
    return render(request, "leads/dead_letters.html", context)


@require_POST
@only(Role.OPS)
def retry(request: HttpRequest, failed_id: int) -> HttpResponse:
    """Try one again, beginning now."""
    kept = get_object_or_404(FailedSignal, pk=failed_id)
    intake.retry_again(kept, now=timezone.now())
    messages.success(request, _("Signal %(id)s is tried again within a minute.") % {"id": kept.signal_id})
    return redirect("dead-letters")


@require_POST
@only(Role.OPS)
def retry_all(request: HttpRequest) -> HttpResponse:
    """Try every dead letter again, beginning now."""
    now = timezone.now()
    dead = list(FailedSignal.objects.filter(dead_at__isnull=False).order_by("id"))
    for kept in dead:
        intake.retry_again(kept, now=now)
    told = ngettext(
        "%(n)s signal is tried again within a minute.",
        "%(n)s signals are tried again within a minute.",
        len(dead),
    )
    messages.success(request, told % {"n": len(dead)} if dead else _("There was nothing to try again."))
    return redirect("dead-letters")


def _before(request: HttpRequest) -> int | None:
    """The id that the page begins under; anything else in the address is refused."""
    given = request.GET.get("before", "")
    if given and not (given.isascii() and given.isdigit() and len(given) < 19):  # noqa: PLR2004 - fits a bigint
        raise BadRequest("A page begins under the number of a signal.")
    return int(given) if given else None


def _letter(row: FailedSignal) -> Letter:
    written = json.dumps(row.payload, indent=2, ensure_ascii=False)
    kind = row.payload.get("type", "") if isinstance(row.payload, dict) else ""
    return Letter(row, str(kind), written[:LONGEST_PAYLOAD], is_cut=len(written) > LONGEST_PAYLOAD)
