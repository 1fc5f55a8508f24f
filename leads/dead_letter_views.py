"""The page of signals that could not be processed: why, what was sent, another try, or none (IN-14)."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from leads import dead_letters as letters
from leads import intake, parameters
from leads.access import only
from leads.failures import in_words
from leads.models import FailedSignal, Role
from leads.viewer import viewer

A_PAGE = 50
LONGEST_PAYLOAD = 20_000
LONGEST_REASON = 300
UNPROCESSABLE = 422
ASIDE = "aside"


@dataclass(frozen=True)
class Letter:
    """A failed signal as it is read on the page."""

    row: FailedSignal
    told: str
    type: str
    payload: str
    is_cut: bool


@require_safe
@only(Role.OPS)
def dead_letters(request: HttpRequest) -> HttpResponse:
    """What could not be processed, the newest first, a page at a time; what was set aside on its own list."""
    return _page(request)


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
    """Try every dead letter again, or all of a kind, beginning now."""
    kind = parameters.cleaned(request.POST.get("kind", ""))
    rows = letters.of_kind(kind) if kind else letters.dead()
    count = letters.retry_all(rows, by=viewer(request), now=timezone.now())
    told = ngettext(
        "%(n)s signal is tried again within a minute.",
        "%(n)s signals are tried again within a minute.",
        count,
    )
    messages.success(request, told % {"n": count} if count else _("There was nothing to try again."))
    return redirect("dead-letters")


@require_POST
@only(Role.OPS)
def set_aside(request: HttpRequest, failed_id: int) -> HttpResponse:
    """Give one up for good, with the reason; 422 without one."""
    kept = get_object_or_404(FailedSignal.objects.select_related("source"), pk=failed_id)
    because = parameters.cleaned(request.POST.get("because", ""), longest=LONGEST_REASON)
    if not because:
        messages.error(request, _("Say why signal %(id)s is set aside.") % {"id": kept.signal_id})
        return _page(request, status=UNPROCESSABLE)
    if letters.set_aside(kept, because=because, by=viewer(request), now=timezone.now()):
        messages.success(request, _("Signal %(id)s is set aside.") % {"id": kept.signal_id})
    else:
        messages.error(request, _("Signal %(id)s is tried again just now.") % {"id": kept.signal_id})
    return redirect("dead-letters")


def _page(request: HttpRequest, *, status: int = 200) -> HttpResponse:
    is_aside, before = request.GET.get("show") == ASIDE, _before(request)
    rows = FailedSignal.objects.select_related("source", "set_aside_by").order_by("-id")
    rows = rows.filter(set_aside_at__isnull=not is_aside)
    found = list((rows.filter(id__lt=before) if before else rows)[: A_PAGE + 1])
    shown, asked = found[:A_PAGE], {"show": ASIDE} if is_aside else {}
    here = f"{reverse('dead-letters')}?"
    context = {
        "letters": [_letter(row) for row in shown],
        "kinds": [] if is_aside else [(kind, in_words(kind.name)) for kind in letters.kinds()],
        "is_aside": is_aside,
        **letters.counts(),
        "newer_url": here + urlencode(asked) if before else "",
        "older_url": here + urlencode({**asked, "before": str(shown[-1].pk)}) if len(found) > A_PAGE else "",
    }
    return render(request, "leads/dead_letters.html", context, status=status)


def _before(request: HttpRequest) -> int | None:
    """The id that the page begins under; anything else in the address is refused."""
    given = request.GET.get("before", "")
    if given and not (given.isascii() and given.isdigit() and len(given) < 19):  # noqa: PLR2004 - fits a bigint
        raise BadRequest("A page begins under the number of a signal.")
    return int(given) if given else None


def _letter(row: FailedSignal) -> Letter:
    written = json.dumps(row.payload, indent=2, ensure_ascii=False)
    kind = row.payload.get("type", "") if isinstance(row.payload, dict) else ""
    shown, is_cut = written[:LONGEST_PAYLOAD], len(written) > LONGEST_PAYLOAD
    return Letter(row, in_words(row.error), str(kind), shown, is_cut=is_cut)
