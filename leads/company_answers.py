"""Answers which account a company's name means: one that there is, or a new one; whoever waited follows (IN-7).

The account is marked to be scored with its people, so that who passes the gate by it is handed over within a minute.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models.query import QuerySet

from leads import audit, lifecycle, timeline
from leads.domain.stages import Stage
from leads.models import Account, CompanyQuestion, CompanyWait, Lead, User


class AlreadyAnswered(Exception):
    """Somebody else was first; the message names them and their answer."""


def candidates_of(question: CompanyQuestion) -> QuerySet[Account]:
    """The accounts that the name fits today, the oldest first."""
    found = Account.objects.called(question.name_key, country=question.country)
    return found.select_related("owner", "parent").order_by("pk")


@transaction.atomic
def choose(question: CompanyQuestion, account: Account, *, by: User, now: datetime) -> int:
    """The name means `account`, for those who wait and for whoever comes; returns how many followed.

    Raises AlreadyAnswered, naming who was first.
    """
    unanswered = CompanyQuestion.objects.open().filter(pk=question.pk)
    if not unanswered.update(account=account, answered_at=now, answered_by=by):
        question.refresh_from_db()
        raise AlreadyAnswered(f"{question.answered_by} has already said that it is {question.account}.")
    leads = _follow(question, account, by=by, now=now)
    audit.record(
        "company.answered",
        subject=f"account:{account.pk}",
        text=f"{by} said that “{question}” is {account}; {len(leads)} of its people followed",
        by=by,
        at=now,
        after={"question": question.pk, "leads": leads},
    )
    return len(leads)


@transaction.atomic
def make_new(question: CompanyQuestion, *, by: User, now: datetime) -> int:
    """The name means a company that was not there yet: make it, of what was told. Raises AlreadyAnswered."""
    account = Account.objects.create(
        name=question.name, name_key=question.name_key, created_at=now, **question.told
    )
    return choose(question, account, by=by, now=now)


@transaction.atomic
def ask_again(question: CompanyQuestion, *, by: User, now: datetime) -> None:
    """Take the answer back for whoever comes from now on; who followed stays where they are."""
    answered = CompanyQuestion.objects.filter(pk=question.pk, answered_at__isnull=False)
    if answered.update(account=None, answered_at=None, answered_by=None):
        audit.record(
            "company.asked_again",
            subject=f"account:{question.account_id}",
            text=f"{by} wants to be asked again what “{question}” means",
            by=by,
            at=now,
            before={"question": question.pk, "account": question.account_id},
        )


def _follow(question: CompanyQuestion, account: Account, *, by: User, now: datetime) -> list[int]:
    """Give the account to whoever still waits without one."""
    waiting = CompanyWait.objects.filter(question=question, lead__account=None).select_related("lead")
    leads = {wait.lead_id: wait.lead for wait in waiting.order_by("lead")}
    Account.objects.filter(pk=account.pk).update(needs_score=True)  # before its people, as intake does
    Lead.objects.filter(pk__in=leads, account=None).update(account=account)
    told = f"The company is {account}, says {by}"
    for lead in leads.values():
        timeline.record(lead, timeline.Kind.NOTE, told, by=by, at=now, question=question.pk)
        if lead.stage == Stage.SUBSCRIBER and lead.merged_into_id is None:
            lifecycle.move(lead, Stage.LEAD, by=by, now=now, cause="company known")
    return list(leads)
