"""What became of a lead in sales' hands, decision by decision and deal by deal, in words (QU-10)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from leads.domain.stages import Stage
from leads.models import Lead, Opportunity
from leads.money import money
from routing.domain.deadlines import OUTBOUND
from routing.models import Attempt, Handoff

Status = Handoff.Status


@dataclass(frozen=True)
class Outcome:
    """One decision or deal, in words; `note` is what was written beside it."""

    at: datetime
    text: str
    note: str = ""
    url: str = ""


def told(handoffs: Iterable[Handoff], deals: Iterable[Opportunity]) -> list[Outcome]:
    """What was decided of these hand-offs and what became of these deals, the newest first."""
    found = [*map(_of_handoff, handoffs), *map(_of_deal, deals)]
    return sorted(found, key=lambda one: one.at, reverse=True)


def next_step(lead: Lead) -> str:
    """What to do next with a lead in sales' hands, by where it stands and how the last try ended; else nothing."""
    if lead.stage == Stage.SAL:
        last = Attempt.objects.filter(lead=lead).order_by("-at", "-pk").values_list("outcome", flat=True)
        return _after(last.first())
    return {
        Stage.MQL: _("accept it or reject it."),
        Stage.SQL: _("the executive accepts the meeting with an amount, or rejects it."),
        Stage.OPPORTUNITY: _("move the opportunity on, or close it."),
    }.get(Stage(lead.stage), "")


def _after(outcome: str | None) -> str:
    if outcome is None:
        return _("call, or write an e-mail.")
    return {
        Attempt.Outcome.REACHED: _("book the meeting."),
        Attempt.Outcome.NO_ANSWER: _("try again at another hour, or by another channel."),
        Attempt.Outcome.LEFT_MESSAGE: _("write an e-mail that says why you called."),
        Attempt.Outcome.SENT: _("call, and speak of what you wrote."),
    }.get(Attempt.Outcome(outcome), _("prepare the meeting."))


def _of_handoff(handoff: Handoff) -> Outcome:
    who = {
        "who": handoff.decided_by or handoff.assignee or _("nobody"),
        "reason": str(handoff.reason).lower(),
    }
    words = {
        Status.OPEN: _("Waits for the decision of %(who)s"),
        Status.ACCEPTED: _("Accepted by %(who)s"),
        Status.REJECTED: _("Rejected as %(reason)s by %(who)s"),
        Status.LAPSED: _("Lapsed: nobody decided in time"),
        Status.RECALLED: _recalled(handoff),
    }[Status(handoff.status)] % who
    if handoff.kind == Handoff.Kind.MEETING:
        words = _("Meeting: %(what)s") % {"what": words[0].lower() + words[1:]}
    return Outcome(handoff.decided_at or handoff.qualified_at, words, note=handoff.note)


def _recalled(handoff: Handoff) -> str:
    """Why it was taken back: what it came of was undone, or there is nobody any more."""
    if handoff.second_look_of_id:
        return _("Recalled: the rejection was undone")
    if handoff.priority in OUTBOUND:
        return _("Recalled: the approval of the outbound call was undone")
    return _("Recalled: taken back before anybody decided")


def _of_deal(deal: Opportunity) -> Outcome:
    amount = money(deal.amount) if deal.amount is not None else _("an unknown amount")
    figures = {"amount": amount, "stage": deal.stage, "reason": deal.loss_reason.lower(), "who": deal.owner}
    words = {
        Opportunity.Status.OPEN: _("Opportunity of %(amount)s at %(stage)s, with %(who)s"),
        Opportunity.Status.WON: _("Won: %(amount)s"),
        Opportunity.Status.LOST: _("Lost: %(amount)s, as %(reason)s"),
    }[Opportunity.Status(deal.status)] % figures
    return Outcome(deal.closed_at or deal.created_at, words, url=deal.get_absolute_url())
