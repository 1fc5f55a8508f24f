"""The page of outbound calls: what is proposed and why, the decisions with their undo, and what is switched on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from leads import parameters
from leads.access import only
from leads.form_fields import whole_number
from leads.models import Account, Role, User
from leads.viewer import viewer
from revops.outbound import proposals as outbound
from revops.outbound import refresh
from revops.outbound.proposals import CannotDecide, Kind, Status
from routing.models import OutboundProposal

READERS = (Role.AE, Role.MANAGER, Role.OPS, Role.MARKETER, Role.VIEWER)
DECIDERS = (Role.MANAGER, Role.OPS)
SHOWN, DECIDED_SHOWN, NAMED_SHOWN = 100, 20, 200
MOST_AT_ONCE = 50
UNPROCESSABLE = 422


class SettingsForm(forms.Form):
    """Which proposals are made, and by which measure."""

    intent_is_on = forms.BooleanField(
        label=gettext_lazy("Propose accounts with a surge of intent (P3)"), required=False
    )
    refresh_is_on = forms.BooleanField(
        label=gettext_lazy("Let executives exchange dead named accounts (P4)"), required=False
    )
    surge_days = whole_number(
        gettext_lazy("Days that a surge counts"),
        1,
        90,
        help_text=gettext_lazy("How fresh an intent must be."),
    )
    quiet_days = whole_number(
        gettext_lazy("Days of quiet"),
        1,
        365,
        help_text=gettext_lazy("An account that was decided waits so long."),
    )


@require_safe
@only(*READERS)
def page(request: HttpRequest) -> HttpResponse:
    """Everything that is proposed to the viewer."""
    return _page(request)


@require_POST
@only(*DECIDERS)
def approve(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Yes: the account's best known person is handed over."""
    row, user = _row(request, proposal_id), viewer(request)
    try:
        handoff = outbound.approve(row, by=user, now=timezone.now())
    except CannotDecide as cannot:
        return _refused(request, cannot)
    if handoff is None:
        told = _("%(account)s is with %(owner)s now; nobody is known there yet.")
        messages.success(request, told % {"account": row.account, "owner": row.owner})
        return redirect("outbound")
    told = _("%(person)s of %(account)s is with %(who)s.")
    who = handoff.assignee or _("the unassigned queue")
    messages.success(request, told % {"person": handoff.lead.name, "account": row.account, "who": who})
    return redirect("outbound")


@require_POST
@only(*DECIDERS)
def decline(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """No: the account is left alone for a while."""
    row = _row(request, proposal_id)
    try:
        outbound.decline(row, by=viewer(request), now=timezone.now())
    except CannotDecide as cannot:
        return _refused(request, cannot)
    messages.success(request, _("%(account)s is left alone for now.") % {"account": row.account})
    return redirect("outbound")


@require_POST
@only(*DECIDERS)
def undo(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Take an approval back."""
    row = _row(request, proposal_id)
    try:
        outbound.undo(row, by=viewer(request), now=timezone.now())
    except CannotDecide as cannot:
        return _refused(request, cannot)
    messages.success(request, _("Undone: %(account)s stands as before.") % {"account": row.account})
    return redirect("outbound")


@require_POST
@only(Role.AE)
def propose_refresh(request: HttpRequest) -> HttpResponse:
    """An executive calls named accounts dead."""
    user, chosen = viewer(request), map(parameters.number, request.POST.getlist("account")[:MOST_AT_ONCE])
    dead = list(refresh.named_of(user).filter(pk__in=[each for each in chosen if each is not None]))
    if not dead:
        return _refused(request, _("Choose the accounts that are dead."))
    try:
        found = refresh.propose(dead, by=user, now=timezone.now())
    except refresh.CannotRefresh as cannot:
        return _refused(request, cannot)
    told = ngettext("%(n)s exchange is proposed.", "%(n)s exchanges are proposed.", found) % {"n": found}
    if found < len(dead):
        told += " " + _("For the others no unowned account is left in your territory.")
    messages.success(request, told)
    return redirect("outbound")


@require_POST
@only(*DECIDERS)
def look_now(request: HttpRequest) -> HttpResponse:
    """Look for surges at once instead of tomorrow morning."""
    found = outbound.propose_surges(now=timezone.now())
    told = ngettext("%(n)s account is new here.", "%(n)s accounts are new here.", found) % {"n": found}
    messages.success(request, told)
    return redirect("outbound")


@require_POST
@only(Role.OPS)
def configure(request: HttpRequest) -> HttpResponse:
    """Switch proposals on or off."""
    form = SettingsForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form)
    outbound.configure(form.cleaned_data, by=viewer(request), now=timezone.now())
    messages.success(request, _("Saved. It holds from now on."))
    return redirect("outbound")


def _page(request: HttpRequest, *, form: SettingsForm | None = None) -> HttpResponse:
    user, asked = viewer(request), outbound.settings()
    stored = {name: getattr(asked, name) for name in SettingsForm.base_fields}
    proposed = _proposed(user)
    context = {
        "surges": [row for row in proposed if row["row"].kind == Kind.INTENT and row["person"]],
        "research": [row for row in proposed if row["row"].kind == Kind.INTENT and not row["person"]],
        "refreshes": [row for row in proposed if row["row"].kind == Kind.REFRESH],
        "decided": _decided(user),
        "named": _named(user) if user.role == Role.AE and asked.refresh_is_on else [],
        "settings": asked,
        "form": (form or SettingsForm(initial=stored)) if user.is_ops else None,
        "may_decide": user.role in DECIDERS,
    }
    return render(request, "revops/outbound.html", context, status=UNPROCESSABLE if form else 200)


def _proposed(user: User) -> list[dict[str, Any]]:
    """What waits, the best account first, each with whom to call there."""
    waiting = outbound.visible_to(user).filter(status=Status.PROPOSED)
    rows = list(waiting.order_by("-account__score__value", "pk")[:SHOWN])
    people = outbound.best_people([row.account_id for row in rows])
    return [{"row": row, "person": people.get(row.account_id)} for row in rows]


def _decided(user: User) -> list[OutboundProposal]:
    decided = outbound.visible_to(user).exclude(status=Status.PROPOSED).select_related("handoff__lead")
    return list(decided.order_by("-decided_at", "-pk")[:DECIDED_SHOWN])


def _named(user: User) -> list[Account]:
    return list(refresh.named_of(user)[:NAMED_SHOWN])


def _row(request: HttpRequest, proposal_id: int) -> OutboundProposal:
    return get_object_or_404(outbound.visible_to(viewer(request)), pk=proposal_id)


def _refused(request: HttpRequest, why: object) -> HttpResponse:
    messages.error(request, str(why))
    return redirect("outbound")
