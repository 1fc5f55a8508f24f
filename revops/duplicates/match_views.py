"""The page where operations says which account a company's name means, where it fits several (IN-7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from leads import company_answers
from leads.access import only
from leads.company_answers import AlreadyAnswered
from leads.models import Account, CompanyQuestion, CompanyWait, Role
from leads.viewer import viewer

SHOWN, LATELY, PEOPLE = 25, 20, 10
NEW = "new"


@dataclass(frozen=True)
class Candidate:
    """An account that the name fits, and what speaks for it."""

    account: Account
    people: int
    evidence: str


@dataclass(frozen=True)
class Asked:
    """A question with whom it keeps waiting and the accounts to choose from."""

    question: CompanyQuestion
    waits: list[CompanyWait]
    more: int
    candidates: list[Candidate]


@require_safe
@only(Role.OPS)
def matches(request: HttpRequest) -> HttpResponse:
    """What is asked, the oldest first, and what was answered lately."""
    return render(request, "revops/matches.html", _context())


@require_POST
@only(Role.OPS)
def choose(request: HttpRequest, question_id: int) -> HttpResponse:
    """The name means the account that is given, or a new one."""
    question = get_object_or_404(CompanyQuestion, pk=question_id)
    try:
        followed = _answer(request, question)
    except AlreadyAnswered as refused:
        messages.warning(request, str(refused))
        return redirect("matches")
    told = ngettext("%(n)s lead followed.", "%(n)s leads followed.", followed) % {"n": followed}
    messages.info(request, f"{told} {_('Whoever names the company from now on follows too.')}")
    return redirect("matches")


@require_POST
@only(Role.OPS)
def ask_again(request: HttpRequest, question_id: int) -> HttpResponse:
    """Take an answer back for whoever comes from now on."""
    question = get_object_or_404(CompanyQuestion, pk=question_id)
    company_answers.ask_again(question, by=viewer(request), now=timezone.now())
    return redirect("matches")


def _answer(request: HttpRequest, question: CompanyQuestion) -> int:
    given, by, now = request.POST.get("account", ""), viewer(request), timezone.now()
    if given == NEW:
        return company_answers.make_new(question, by=by, now=now)
    offered = {str(account.pk): account for account in company_answers.candidates_of(question)}
    if given not in offered:
        raise BadRequest("Name one of the accounts that the name fits, or a new one.")
    return company_answers.choose(question, offered[given], by=by, now=now)


def _context() -> dict[str, Any]:
    waits = CompanyWait.objects.select_related("lead").order_by("since", "pk")
    asked = CompanyQuestion.objects.prefetch_related(Prefetch("waits", queryset=waits))
    opened = list(asked.open().order_by("asked_at", "pk")[:SHOWN])
    answered = CompanyQuestion.objects.filter(answered_at__isnull=False)
    answered = answered.select_related("account", "answered_by").annotate(people=Count("waits"))
    accounts = _accounts(opened)
    return {
        "asked": [_asked(question, accounts) for question in opened],
        "waiting": CompanyQuestion.objects.open().count(),
        "answered": answered.order_by("-answered_at", "-pk")[:LATELY],
    }


def _accounts(questions: list[CompanyQuestion]) -> list[Account]:
    """The accounts that any of the names fits, with how many of their people we know."""
    named = Account.objects.filter(name_key__in={question.name_key for question in questions})
    people = Count("people", filter=Q(people__merged_into=None))
    return list(named.select_related("owner").annotate(known=people).order_by("pk"))


def _asked(question: CompanyQuestion, accounts: list[Account]) -> Asked:
    waits = list(question.waits.all())
    fitting = [each for each in accounts if each.name_key == question.name_key]
    if question.country:
        fitting = [each for each in fitting if each.country in (question.country, "")]
    candidates = [
        Candidate(each, each.known, _evidence(question, each))  # type: ignore[attr-defined]
        for each in fitting
    ]
    return Asked(question, waits[:PEOPLE], max(0, len(waits) - PEOPLE), candidates)


def _evidence(question: CompanyQuestion, account: Account) -> str:
    """What speaks for the account, in words: what was told of the company and fits it, or does not."""
    told = question.told
    words = [_("same name")]
    if question.country:
        words.append(_("same country") if account.country else _("its country is not known"))
    if told.get("industry") and account.industry:
        same = told["industry"].casefold() == account.industry.casefold()
        words.append(_("same industry") if same else _("another industry"))
    if told.get("postal_code") and account.postal_code:
        same = told["postal_code"] == account.postal_code
        words.append(_("same post code") if same else _("another post code"))
    if told.get("employees") and account.employees:
        low, high = sorted((told["employees"], account.employees))
        words.append(_("about the same size") if high <= 2 * low else _("another size"))
    return ", ".join(words)
