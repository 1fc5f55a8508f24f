"""The opportunities: list, file, board, one deal; moved on, revised, won and lost by who may work it (QU-8)."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from leads import opportunities
from leads.concurrent_edits import EditedMeanwhile
from leads.conflict import overtaken
from leads.domain.stages import MoveNotAllowed
from leads.lifecycle import StageConflict
from leads.models import Opportunity, OpportunityStage, User
from leads.opportunities import AlreadyClosed, MovedMeanwhile, ReasonMissing, TermsRefused
from leads.viewer import viewer
from reports import csv_export
from revops import closing, day_keyset
from revops.opportunities import board as opportunity_board
from revops.opportunities import list as opportunity_list
from revops.opportunities import page as opportunity_page
from revops.opportunities.forms import DealForm, LostForm
from revops.opportunities.list import OpportunityFilter

A_PAGE = 50
CANNOT_CLOSE = (AlreadyClosed, MoveNotAllowed, StageConflict)
"""What a deal, or the lead that it is with, has come to meanwhile."""


@require_safe
def opportunity_list_page(request: HttpRequest) -> HttpResponse:
    """The deals that were asked for, a page at a time, with what all of them are worth."""
    form = OpportunityFilter(request.GET, user=viewer(request), now=timezone.now())
    chosen = form.chosen()
    at = day_keyset.place(request.GET.get("before", ""), request.GET.get("after", ""))
    rows = opportunity_list.shown(chosen)
    page = day_keyset.page(rows, at, size=A_PAGE, descending=not form.is_by_close)
    context = {
        "form": form,
        "deals": page.rows,
        "totals": opportunity_list.totals(chosen),
        "today": form.today,
        "before_url": _address(form, before=page.before) if page.before else "",
        "after_url": _address(form, after=page.after) if page.after else "",
        "reset_url": reverse("opportunities") if form.asked else "",
        "csv_url": f"{reverse('opportunities-csv')}?{urlencode(form.asked)}",
    }
    return render(request, "revops/opportunities.html", context)


@require_safe
def opportunity_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same deals as a file, all of them."""
    form = OpportunityFilter(request.GET, user=viewer(request), now=timezone.now())
    lines = csv_export.lines(opportunity_list.header(), opportunity_list.cells(form.chosen()))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="opportunities.csv"'
    return answer


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The open deals by stage."""
    user = viewer(request)
    asked = request.GET.copy()
    asked.pop("standing", None)
    form = OpportunityFilter(asked, user=user, now=timezone.now())
    del form.fields["standing"]
    columns = opportunity_board.columns(form.chosen(), viewer=user, today=form.today)
    context = {
        "form": form,
        "columns": columns,
        "has_deals": any(column.count for column in columns),
        "reset_url": reverse("opportunity-board") if form.asked else "",
        "list_query": urlencode(form.asked),
        "shown": request.GET.get("shown", ""),
    }
    return render(request, "revops/opportunity_board.html", context)


@require_safe
def opportunity(request: HttpRequest, opportunity_id: int) -> HttpResponse:
    """One deal."""
    user = viewer(request)
    deal = get_object_or_404(opportunity_page.visible(user), pk=opportunity_id)
    return render(
        request, "revops/opportunity.html", opportunity_page.context(deal, viewer=user, now=timezone.now())
    )


@require_POST
def move(request: HttpRequest, opportunity_id: int) -> HttpResponse:
    """Into another stage; whoever comes second is told where the deal stands."""
    user, deal = _to_work(request, opportunity_id)
    stages = OpportunityStage.objects.in_bulk(field_name="code")
    to = stages.get(request.POST.get("to", ""))
    if to is None or not to.is_active:
        messages.error(request, _("Choose one of the stages."))
        return redirect(_back(request, deal))
    try:
        seen = stages.get(request.POST.get("seen", ""))
        moved = opportunities.move(deal, to, seen=seen, by=user, now=timezone.now())
    except (MovedMeanwhile, AlreadyClosed) as refused:
        messages.warning(request, str(refused))
    else:
        if moved:
            told = _("%(name)s: %(stage)s.") % {"name": deal.lead.name, "stage": to.label}
            messages.success(request, told)
    return redirect(_back(request, deal))


@require_POST
def revise(request: HttpRequest, opportunity_id: int) -> HttpResponse:
    """Amount, close date and owner; what somebody else saved meanwhile is shown beside, and stays."""
    user, deal = _to_work(request, opportunity_id)
    form = DealForm(request.POST, deal=deal, user=user)
    if not form.is_valid():
        return _again(request, deal, deal_form=form)
    try:
        opportunities.revise(
            deal, form.deal_terms, seen=form.cleaned_data["seen"], by=user, now=timezone.now()
        )
    except TermsRefused as refused:
        form.add_error(refused.field, str(refused))
        return _again(request, deal, deal_form=form)
    except AlreadyClosed as refused:
        messages.warning(request, str(refused))
    except EditedMeanwhile:
        return _conflict(request, form, deal)
    return redirect(deal)


@require_POST
def win(request: HttpRequest, opportunity_id: int) -> HttpResponse:
    """The lead and the account are customers."""
    user, deal = _to_work(request, opportunity_id)
    try:
        closing.win(deal, by=user, now=timezone.now())
    except CANNOT_CLOSE as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _("Won: %(name)s is a customer.") % {"name": deal.account or deal.lead})
    return redirect(deal)


@require_POST
def lose(request: HttpRequest, opportunity_id: int) -> HttpResponse:
    """With a reason out of the list that operations keeps."""
    user, deal = _to_work(request, opportunity_id)
    form = LostForm(request.POST)
    if not form.is_valid():
        return _again(request, deal, lost_form=form)
    given = form.cleaned_data
    try:
        closing.lose(deal, given["reason"], note=given["note"], by=user, now=timezone.now())
    except ReasonMissing as refused:
        form.add_error("reason", str(refused))
        return _again(request, deal, lost_form=form)
    except CANNOT_CLOSE as refused:
        messages.warning(request, str(refused))
    return redirect(deal)


def _to_work(request: HttpRequest, opportunity_id: int) -> tuple[User, Opportunity]:
    """The viewer and the deal: 404 for who may not know of it, 403 for who may only read it."""
    user = viewer(request)
    deal = get_object_or_404(opportunity_page.visible(user), pk=opportunity_id)
    if not opportunities.may_work(deal, user):
        raise PermissionDenied
    return user, deal


def _again(
    request: HttpRequest,
    deal: Opportunity,
    *,
    deal_form: DealForm | None = None,
    lost_form: LostForm | None = None,
) -> HttpResponse:
    """The page with what was typed and what to change, or as it stands where the deal was closed meanwhile."""
    if not deal.is_open:
        messages.warning(request, _("This opportunity is closed by now; nothing was changed."))
        return redirect(deal)
    context = opportunity_page.context(
        deal, viewer=viewer(request), now=timezone.now(), deal_form=deal_form, lost_form=lost_form
    )
    return render(request, "revops/opportunity.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _conflict(request: HttpRequest, form: DealForm, deal: Opportunity) -> HttpResponse:
    fresh = DealForm(deal=Opportunity.objects.get(pk=deal.pk), user=viewer(request))
    title = _("Somebody changed the opportunity with %(name)s while you were editing.")
    title %= {"name": deal.lead.name}
    return overtaken(request, form, fresh, title=title, back=deal.get_absolute_url())


def _back(request: HttpRequest, deal: Opportunity) -> str:
    """The page that the viewer moved it on: the board where they asked for it, or the deal's own."""
    asked = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()})
    if not safe or not asked.startswith(reverse("opportunity-board")):
        return deal.get_absolute_url()
    query = [part for part in asked.partition("?")[2].split("&") if part and not part.startswith("shown=")]
    return f"{reverse('opportunity-board')}?{'&'.join([*query, f'shown={deal.pk}'])}#deal-{deal.pk}"


def _address(form: OpportunityFilter, **at: str) -> str:
    return f"{reverse('opportunities')}?{urlencode({**form.asked, **at})}"
