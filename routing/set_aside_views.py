"""Operations try a step that was set aside again, or give it up (SL-5)."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leads.access import only
from leads.models import Role
from leads.viewer import viewer
from routing import set_aside
from routing.models import ClockStep


@require_POST
@only(Role.OPS)
def retry(request: HttpRequest, step_id: int) -> HttpResponse:
    """Let the next sweep try it again."""
    return _done(request, step_id, act=set_aside.retry, said=_("The step is tried again within a minute."))


@require_POST
@only(Role.OPS)
def give_up(request: HttpRequest, step_id: int) -> HttpResponse:
    """Leave it undone for good."""
    return _done(request, step_id, act=set_aside.give_up, said=_("The step is given up; its clock runs on."))


def _done(request: HttpRequest, step_id: int, *, act: Callable[..., None], said: str) -> HttpResponse:
    step = get_object_or_404(ClockStep.objects.select_related("clock"), pk=step_id)
    try:
        act(step, by=viewer(request), now=timezone.now())
    except set_aside.NoLongerSetAside:
        messages.warning(request, _("Somebody else has tried it again or given it up meanwhile."))
    except set_aside.ClockHasStopped:
        messages.warning(request, _("Its clock has stopped, so there is nothing to try: give the step up."))
    else:
        messages.success(request, said)
    return redirect("left-behind")
