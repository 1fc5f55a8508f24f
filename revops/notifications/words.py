"""How the kinds of news and the channels are called, which role gets which, and why a mail came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from leads.domain.notices import Channel, Kind
from leads.models import Role

CHANNELS: Mapping[Channel, Any] = {
    Channel.IN_APP: _("In the app"),
    Channel.EMAIL: _("E-mail"),
    Channel.WEBHOOK: _("Webhook"),
}


@dataclass(frozen=True)
class Words:
    """A kind of news: its name on the settings page, when it comes, and the sentence at the foot of its mail."""

    label: Any
    when: Any
    reason: Any


WORDS: Mapping[Kind, Words] = {
    Kind.ASSIGNED: Words(
        _("A lead is yours"),
        _("It was handed to you, or taken over for somebody else."),
        _("You get this because the lead is with you."),
    ),
    Kind.PASSED_ON: Words(
        _("A lead is no longer yours"),
        _("It went to somebody else."),
        _("You get this because the lead was with you."),
    ),
    Kind.UNASSIGNED: Words(
        _("A lead waits for anybody"),
        _("Nobody in your team is free to take it."),
        _("You get this because you look after the team that the lead waits for."),
    ),
    Kind.WARNING: Words(
        _("Time runs out"),
        _("Half, or four fifths, of the time for a promise is gone."),
        _("You get this because the lead is with you."),
    ),
    Kind.BREACH: Words(
        _("A promise was missed"),
        _("The time for a lead of yours is over."),
        _("You get this because the lead is with you."),
    ),
    Kind.ESCALATION: Words(
        _("A promise needs you"),
        _("Somebody in your teams has not done what was promised."),
        _("You get this because you look after who has the lead."),
    ),
    Kind.LAPSED: Words(
        _("A lead has lapsed"),
        _("Nobody decided in time, so it went back to nurture."),
        _("You get this because you look after the team that had the lead."),
    ),
    Kind.SECOND_LOOK: Words(
        _("A second look"),
        _("A rep rejected a lead that fits well, and you decide."),
        _("You get this because the second look is yours."),
    ),
    Kind.MEETING: Words(
        _("A meeting is booked for you"),
        _("Accept it, or say why not."),
        _("You get this because the meeting is yours."),
    ),
    Kind.CUSTOMER: Words(
        _("A new lead of a customer"),
        _("Somebody of a company that you look after came in."),
        _("You get this because you look after the company."),
    ),
    Kind.DEAL: Words(
        _("An opportunity is yours"),
        _("Somebody gave it to you."),
        _("You get this because the opportunity is with you."),
    ),
    Kind.DOUBT: Words(
        _("A doubt about a lead"),
        _("Somebody asked whether a lead is right, or operations answered."),
        _("You get this because you asked, or because you keep the rules."),
    ),
    Kind.ALERT: Words(
        _("A figure passed its limit"),
        _("Acceptance, missed promises and whatever else is watched."),
        _("You get this because you watch over the hand-off."),
    ),
    Kind.LEFT_BEHIND: Words(
        _("Leads without a next step"),
        _("Once a day, where there are any."),
        _("You get this because you keep the hand-off running."),
    ),
    Kind.REVIEW: Words(
        _("The scoring model wants a review"),
        _("Once a quarter."),
        _("You get this because you keep the scoring model."),
    ),
    Kind.FAULT: Words(
        _("Baton itself needs help"),
        _("A step or a webhook failed again and again, or many calls of a sender are refused."),
        _("You get this because you keep Baton running."),
    ),
    Kind.OTHER: Words(
        _("Everything else"),
        _("What is none of the above."),
        _("You get this because it concerns your work in Baton."),
    ),
}

_SELLING = (Kind.ASSIGNED, Kind.PASSED_ON, Kind.WARNING, Kind.BREACH)
_KEEPING = (Kind.UNASSIGNED, Kind.ESCALATION, Kind.LAPSED)
_OF_ROLE: Mapping[str, tuple[Kind, ...]] = {
    Role.SDR: (*_SELLING, Kind.DOUBT),
    Role.AE: (Kind.MEETING, *_SELLING, Kind.DEAL, Kind.DOUBT),
    Role.CSM: (Kind.CUSTOMER,),
    Role.MANAGER: (*_KEEPING, Kind.SECOND_LOOK, Kind.ASSIGNED, Kind.DEAL, Kind.DOUBT, Kind.ALERT),
    Role.OPS: (Kind.FAULT, *_KEEPING, Kind.DOUBT, Kind.ALERT, Kind.LEFT_BEHIND, Kind.REVIEW),
}


def kinds_of(role: str) -> tuple[Kind, ...]:
    """What somebody in `role` is told, in the order of their settings page."""
    return (*_OF_ROLE.get(role, ()), Kind.OTHER)


def label(kind: str) -> Any:
    """The name of a kind as it is stored; nothing for one that is unknown."""
    return WORDS[Kind(kind)].label if kind in Kind.__members__ else ""


def reason(kind: str) -> Any:
    """Why somebody gets a mail of this kind."""
    return WORDS[Kind(kind) if kind in Kind.__members__ else Kind.OTHER].reason
