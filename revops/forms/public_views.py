"""The pages of a hosted form for its visitors: the form, and the thanks (IN-11).

Nobody signs in, no cookie is needed and no script runs; only the sites that the form names may show it in a frame.
What was typed is never lost: whatever is wrong, the form comes back with it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeVar

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from leads.domain.signal import InvalidSignal
from leads.models import HostedForm
from revops.forms import intake as form_intake
from revops.forms import rate as form_rate
from revops.forms import tickets as form_tickets
from revops.forms.public_form import PublicForm
from revops.forms.tickets import ForgedTicket, Ticket

SEE_OTHER, UNPROCESSABLE, TOO_MANY = 303, 422, 429
Answer = TypeVar("Answer", bound=HttpResponse)


@login_not_required
@csrf_exempt  # the signed ticket in the form stands in for the cookie, which a frame elsewhere does not get
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def public_form(request: HttpRequest, slug: str) -> HttpResponse:
    """The form; what is sent becomes a signal, and leads to the thanks."""
    definition, now = _shown(slug), timezone.now()
    if request.method != "POST":
        asked, referrer = request.GET.dict(), request.headers.get("Referer", "")
        ticket = form_tickets.issue(slug, {k: str(v) for k, v in asked.items()}, referrer=referrer, now=now)
        return framed(_page(request, PublicForm(definition), ticket), definition)
    ticket = _ticket(request, slug)
    form = PublicForm(definition, request.POST)
    return framed(_sent(request, form, ticket, now=now), definition)


@login_not_required
@require_safe
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    """What happens next."""
    definition = _shown(slug)
    return framed(render(request, "forms/thanks.html", {"definition": definition}), definition)


def framed(response: Answer, definition: HostedForm) -> Answer:
    """Let the sites that the form names show it in a frame; without any it stays as closed as every other page."""
    if definition.sites:
        vars(response).update(
            xframe_options_exempt=True, _csp_replace={"frame-ancestors": ["'self'", *definition.sites]}
        )
    return response


def _sent(request: HttpRequest, form: PublicForm, ticket: Ticket, *, now: datetime) -> HttpResponse:
    """The thanks, or the form once more with what stands in the way."""
    thanked = reverse("public-form-thanks", args=[ticket.slug])
    if not form.is_valid():
        return _page(request, form, ticket, status=UNPROCESSABLE)
    if form.is_trapped:
        return HttpResponseRedirect(thanked, status=SEE_OTHER)
    if problem := _out_of_time(ticket, now=now):
        return _page(request, form, ticket.renewed(now), status=UNPROCESSABLE, problem=problem)
    if not form_rate.may_send(request):
        return _too_many(request, form, ticket)
    try:
        form_intake.take(form, ticket, now=now)
    except InvalidSignal as invalid:
        form.refuse(invalid.errors)
        return _page(request, form, ticket, status=UNPROCESSABLE)
    return HttpResponseRedirect(thanked, status=SEE_OTHER)


def _out_of_time(ticket: Ticket, *, now: datetime) -> str:
    """Why the form has to be sent once more: a program fills it in at once, and a page may lie open for days."""
    age = ticket.age(now)
    if age < timedelta(seconds=settings.FORM_LEAST_SECONDS):
        return _("That was very quick. Please check what you wrote and send it once more.")
    if age > form_tickets.HOLDS_FOR:
        return _("This page was open for long. Please check what you wrote and send it once more.")
    return ""


def _too_many(request: HttpRequest, form: PublicForm, ticket: Ticket) -> HttpResponse:
    problem = _(
        "Many forms came from your network just now. Please wait some minutes and send this once more."
    )
    response = _page(request, form, ticket, status=TOO_MANY, problem=problem)
    response["Retry-After"] = "300"
    return response


def _page(
    request: HttpRequest, form: PublicForm, ticket: Ticket, *, status: int = 200, problem: str = ""
) -> HttpResponse:
    context = {"form": form, "definition": form.definition, "ticket": ticket.signed(), "problem": problem}
    return render(request, "forms/form.html", context, status=status)


def _shown(slug: str) -> HostedForm:
    return get_object_or_404(HostedForm.objects.select_related("source"), slug=slug, is_on=True)


def _ticket(request: HttpRequest, slug: str) -> Ticket:
    try:
        return form_tickets.read(request.POST.get("ticket", ""), slug=slug)
    except ForgedTicket:
        raise PermissionDenied from None
