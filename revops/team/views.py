"""The team's page: who holds what, and passing on, recycling and exporting of what was chosen (QU-1, QU-9, RT-9)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from leads import parameters
from leads.access import only
from leads.models import Lead, Role
from leads.viewer import viewer
from reports import csv_export
from revops.team import contents as team_contents
from revops.team import forms as team_forms
from revops.team import undo as team_undo
from revops.team import words as team_words
from revops.team.forms import MoveForm, RecycleForm
from routing import impacts, moves, rejections, team
from routing.models import Handoff
from routing.moves import Outcome
from routing.rejections import ReasonNotUsable
from routing.team import Order

LEADERS = (Role.MANAGER, Role.OPS)
ORDER = "team-order"


@require_safe
@only(*LEADERS)
def team_page(request: HttpRequest) -> HttpResponse:
    """Each rep's open hand-offs, and what waits for nobody."""
    user, now = viewer(request), timezone.now()
    board, order = team.board(user, now=now), _order(request)
    words = parameters.words(request, "q", longest=100)
    context = {
        "board": team.arranged(board, order=order, words=words),
        "all_open": board.open,
        "orders": [(each, team_words.ORDERS[each], each == order) for each in Order],
        "q": words,
        "has_reps": bool(board.desks),
        "form": MoveForm(by=user, now=now),
        "now": now,
        "undo": team_undo.is_offered(request, now=now),
    }
    return render(request, "routing/team.html", context)


def _order(request: HttpRequest) -> Order:
    """As it was asked for last; a move comes back to the same."""
    asked = request.GET.get("order", "")
    if asked in list(Order) and asked != request.session.get(ORDER, Order.TEAM):
        request.session[ORDER] = asked
    return Order(request.session.get(ORDER, Order.TEAM))


@require_POST
@only(*LEADERS)
def move(request: HttpRequest) -> HttpResponse:
    """First what giving the chosen leads to somebody would do; confirmed, it is done."""
    user, now = viewer(request), timezone.now()
    chosen, form = team_forms.chosen_in(request), MoveForm(request.POST, by=user, now=now)
    problem = team_forms.problem_with(chosen) or form.problem
    if problem:
        return _ask(request, {"problem": problem}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    is_confirmed, why = "confirmed" in request.POST, form.cleaned_data["why"]
    told = impacts.impact(chosen, to=form.cleaned_data["to"], by=user, now=now)
    if not is_confirmed or (told.needs_reason and not why):
        status = HTTPStatus.UNPROCESSABLE_ENTITY if is_confirmed else HTTPStatus.OK
        return _ask(request, team_contents.moving(told, is_confirmed=is_confirmed), status=status)
    outcome = moves.move(chosen, to=told.to, by=user, now=now, why=why)
    team_undo.offer(request, outcome.moved, now=now)
    return _after(request, outcome, team_words.moved(len(outcome.moved), told.to))


@require_POST
@only(*LEADERS)
def undo(request: HttpRequest) -> HttpResponse:
    """The leads of the last move are back where they were, within ten seconds."""
    moved = team_undo.taken(request)
    back, left = moves.take_back(moved, by=viewer(request), now=timezone.now())
    if back:
        messages.info(request, team_words.taken_back(back))
    for sentence in team_words.left_alone(left):
        messages.warning(request, sentence)
    return redirect(_page_of(request))


@require_POST
@only(*LEADERS)
def recycle(request: HttpRequest) -> HttpResponse:
    """First the reasons, each with what it does; with one of them, the chosen leads go back to nurture."""
    user, now = viewer(request), timezone.now()
    chosen = team_forms.chosen_in(request)
    if problem := team_forms.problem_with(chosen):
        return _ask(request, {"problem": problem}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    form = RecycleForm(request.POST if "confirmed" in request.POST else None)
    if form.is_valid():
        try:
            outcome = moves.recycle(chosen, form.rejection, by=user, now=now)
        except ReasonNotUsable as refused:
            form.add_error("note", str(refused))
        else:
            does = rejections.consequence(form.rejection.reason, now=now)
            return _after(request, outcome, team_words.recycled(len(outcome.recycled), does))
    going, left = moves.as_shown(chosen, by=user)
    context = team_contents.recycling(going, left, form, now=now)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return _ask(request, context, status=status)


@require_POST
@only(*LEADERS)
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The chosen leads as a file; those that somebody decided or passed on meanwhile are not in it."""
    chosen = team_forms.chosen_in(request)
    if problem := team_forms.problem_with(chosen):
        return _ask(request, {"problem": problem}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    going, _left = moves.as_shown(chosen, by=viewer(request))
    rows = team_contents.cells(going, address=request.build_absolute_uri)
    answer = StreamingHttpResponse(
        csv_export.lines(team_contents.HEADER, rows), content_type="text/csv; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="leads-of-the-team.csv"'
    return answer


def _ask(request: HttpRequest, context: dict[str, Any], *, status: HTTPStatus) -> HttpResponse:
    """What is about to happen, in the page's own bar where its script asks, and as a page of its own otherwise."""
    only_part = request.headers.get("HX-Target") == "impact"
    template = "routing/_team_impact.html" if only_part else "routing/team_impact.html"
    tokens = dict.fromkeys(request.POST.getlist("handoff"))
    lead = _lead_to_return_to(request)
    whole = {"tokens": list(tokens), "sent": request.POST, "back_to": lead, **context}
    response = render(request, template, whole, status=status)
    patch_vary_headers(response, ["HX-Target"])
    return response


def _after(request: HttpRequest, outcome: Outcome, done: str) -> HttpResponse:
    """Back to where it was asked for, with what was done and what stayed as it is, by name."""
    if outcome.moved or outcome.recycled:
        messages.success(request, done)
    for sentence in team_words.left_alone(outcome.left):
        messages.warning(request, sentence)
    return redirect(_lead_to_return_to(request) or _page_of(request))


def _page_of(request: HttpRequest) -> str:
    """The page with those whom it showed."""
    words = parameters.cleaned(request.POST.get("q", ""), longest=100)
    return f"{reverse('team')}?{urlencode({'q': words})}" if words else reverse("team")


def _lead_to_return_to(request: HttpRequest) -> Lead | None:
    """The lead on whose page it was asked for."""
    if request.POST.get("back") != "lead":
        return None
    chosen = team_forms.chosen_in(request)[:1]
    handoff = Handoff.objects.filter(pk__in=[one.handoff_id for one in chosen])
    return Lead.objects.visible_to(viewer(request)).filter(pk__in=handoff.values("lead")).first()
