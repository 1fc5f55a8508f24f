"""How far a computation in the background is, told again each second, and its cancelling."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from leads import background
from leads.access import CONFIGURATION_READERS, only
from leads.models import BackgroundRun, Role


@require_safe
@only(*CONFIGURATION_READERS)
def progress(request: HttpRequest, run_id: int) -> HttpResponse:
    """The progress bar alone; once the run has ended, the page around it loads again."""
    run = get_object_or_404(BackgroundRun, pk=run_id)
    answer = render(request, "includes/_background_run.html", {"run": run, "back": _ours(request.GET)})
    if not run.is_open:
        answer.headers["HX-Refresh"] = "true"
    return answer


@require_POST
@only(Role.OPS)
def cancel(request: HttpRequest, run_id: int) -> HttpResponse:
    """Stop the run and go back to the page that asked for it."""
    run = get_object_or_404(BackgroundRun, pk=run_id)
    if background.cancel(run, now=timezone.now()):
        messages.success(request, _("Cancelled. What had been computed so far is gone."))
    else:
        messages.info(request, _("It had ended already."))
    return redirect(_ours(request.POST))


def _ours(sent: QueryDict) -> str:
    """The page that asked and to which one comes back, if it is one of ours."""
    place = sent.get("back", "")
    ours = place.startswith("/") and url_has_allowed_host_and_scheme(place, allowed_hosts=None)
    return place if ours else "/"
