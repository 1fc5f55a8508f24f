"""The accounts: the list, one of them, who cares for it, and whether something is in dispute (QU-4)."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from leads import accounts, hierarchy
from leads.access import only
from leads.accounts import NeedsOwner
from leads.concurrent_edits import EditedMeanwhile
from leads.conflict import overtaken
from leads.hierarchy import WouldBeCircle
from leads.models import Account, Role
from leads.viewer import viewer
from revops.accounts import list as account_list
from revops.accounts import page as account_page
from revops.accounts.group import GroupForm
from revops.accounts.list import AccountFilter
from revops.accounts.page import CareForm


@require_safe
def account_list_page(request: HttpRequest) -> HttpResponse:
    """The accounts that were asked for, a page at a time."""
    form = AccountFilter(request.GET, user=viewer(request))
    page = account_list.page(form.chosen(), request)
    context = {
        "form": form,
        "rows": page.rows,
        "newer_url": _address(form, after=page.newer_than),
        "older_url": _address(form, before=page.older_than),
        "reset_url": reverse("accounts") if form.asked else "",
    }
    return render(request, "revops/accounts.html", context)


@require_safe
def account(request: HttpRequest, account_id: int) -> HttpResponse:
    """One account."""
    user = viewer(request)
    company = get_object_or_404(account_page.visible(user), pk=account_id)
    context = account_page.context(company, viewer=user, now=timezone.now())
    return render(request, "revops/account.html", context)


@require_POST
@only(Role.MANAGER, Role.OPS)
def take_care(request: HttpRequest, account_id: int) -> HttpResponse:
    """Owner, customer success, named or not; what somebody else saved meanwhile is shown beside, and stays."""
    user, now = viewer(request), timezone.now()
    company = get_object_or_404(account_page.visible(user), pk=account_id)
    form = CareForm(request.POST, account=company)
    if form.is_valid():
        try:
            accounts.take_care(company, form.care, seen=form.cleaned_data["seen"], by=user, now=now)
        except NeedsOwner as refused:
            form.add_error("owner", str(refused))
        except EditedMeanwhile:
            return _conflict(request, form, company)
        else:
            return redirect(company)
    context = account_page.context(company, viewer=user, now=now, form=form)
    return render(request, "revops/account.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_POST
@only(Role.MANAGER, Role.OPS)
def dispute(request: HttpRequest, account_id: int) -> HttpResponse:
    """Say whether something is in dispute with the company."""
    user = viewer(request)
    company = get_object_or_404(account_page.visible(user), pk=account_id)
    in_dispute = request.POST.get("in_dispute") == "yes"
    accounts.set_dispute(company, in_dispute=in_dispute, by=user, now=timezone.now())
    return redirect(company)


@require_POST
@only(Role.OPS)
def group(request: HttpRequest, account_id: int) -> HttpResponse:
    """Say which company this one belongs to; never to itself, however far around."""
    user, now = viewer(request), timezone.now()
    company = get_object_or_404(account_page.visible(user), pk=account_id)
    form = GroupForm(request.POST, account=company)
    if form.is_valid():
        to, seen = form.cleaned_data["parent"], form.cleaned_data["seen"]
        try:
            hierarchy.belong(company, to=to, seen=seen, by=user, now=now)
        except WouldBeCircle as refused:
            form.add_error("parent", str(refused))
        except EditedMeanwhile:
            messages.warning(request, _("Somebody changed its group meanwhile. Look again, then save."))
            return redirect(company)
        else:
            return redirect(company)
    context = account_page.context(company, viewer=user, now=now, group_form=form)
    return render(request, "revops/account.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _conflict(request: HttpRequest, form: CareForm, company: Account) -> HttpResponse:
    fresh = CareForm(account=Account.objects.get(pk=company.pk))
    title = _("Somebody changed who cares for %(name)s while you were editing.") % {"name": company}
    return overtaken(request, form, fresh, title=title, back=company.get_absolute_url())


def _address(form: AccountFilter, **beside: int | None) -> str:
    at = {name: str(value) for name, value in beside.items() if value is not None}
    return f"{reverse('accounts')}?{urlencode({**form.asked, **at})}" if at else ""
