"""What the lead page says of the company: its score taken apart, whether it is an ideal customer, intent (SC-10)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leads.models import Account, Role, User
from revops.enrichment import fact_words
from revops.lead_page import score_sheet
from revops.lead_page.score_sheet import ScoreTable
from scoring import accounts
from scoring.domain.accounts import INTENT_WEEKS


@dataclass(frozen=True)
class AccountSheet:
    """A company's figures in words and tables."""

    name: str
    url: str
    score: ScoreTable
    is_icp: bool
    icp: str
    intent: int
    people: str
    in_dispute: bool
    may_dispute: bool
    conflicts: list[str]


def sheet(
    account: Account | None, *, viewer: User, now: datetime, may_differ: bool = True
) -> AccountSheet | None:
    """The sheet of a lead's company; None for a lead without one.

    `may_differ` is False where it is known that sources differ about nothing.
    """
    if account is None:
        return None
    told = accounts.explain(account, now=now)
    score, company_fit = told.standing.score, told.standing.company_fit
    figures = {"fit": f"{company_fit.value:.0f}", "least": f"{told.model.icp_fit:g}"}
    icp = (
        _("fit of the company alone %(fit)s, and %(least)s is enough")
        if told.standing.is_icp
        else _("fit of the company alone %(fit)s, under %(least)s")
    )
    return AccountSheet(
        name=account.name,
        url=account.get_absolute_url(),
        score=replace(score_sheet.criteria_table(_("Account"), score), note=score_sheet.range_of(score)),
        is_icp=told.standing.is_icp,
        icp=icp % figures,
        intent=round(told.intent),
        people=_people(told.people),
        in_dispute=account.in_dispute,
        may_dispute=may_dispute(viewer),
        conflicts=fact_words.conflicts_of(account) if may_differ else [],
    )


def may_dispute(user: User) -> bool:
    """Whether `user` may say that something is in dispute with a company."""
    return user.role in (Role.MANAGER, Role.OPS)


def _people(count: int) -> str:
    figures = {"count": count, "weeks": INTENT_WEEKS}
    if not count:
        return _("nobody of the company was active in the last %(weeks)s weeks") % figures
    return (
        ngettext(
            "the engagement of the %(count)s person active in the last %(weeks)s weeks",
            "the engagement of the %(count)s people active in the last %(weeks)s weeks, added up, at most 100",
            count,
        )
        % figures
    )
