"""Sales' decisions as pages show them: the reasons to choose from, what was sent, what can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from leads.domain.identity import InvalidEmail, normalise_email
from leads.domain.phones import readable_phone
from leads.models import Lead, User
from leads.remembering import remembered_by_edition
from leads.viewer import viewer
from revops.sign_in.sessions import SessionStore
from routing import rejections, second_looks
from routing.handoffs import UNDO_WITHIN, ReasonNotUsable, Rejection
from routing.models import Handoff, RejectionReason

LONGEST_NOTE = 2000
KEYS = "1234567890fhlopqyz"  # of the reasons, in their order: digits, then letters that do nothing else beside a lead
OFFERED = "undo"
STEPS_OFFERED = timedelta(seconds=60)
STEPS = (
    {"value": "CALL", "label": "Call", "key": "c"},
    {"value": "EMAIL", "label": "E-mail", "key": "e"},
    {"value": "CADENCE", "label": "Cadence", "key": "d"},
)


def reasons(*, now: datetime) -> list[dict[str, object]]:
    """The active reasons by number, each with what it would do to any lead."""
    return [_option(number, reason, {}, now=now) for number, reason in enumerate(_active(), start=1)]


def reasons_for(
    handoff: Handoff, *, by: User, now: datetime, may_repeat: bool = True
) -> list[dict[str, object]]:
    """The same with what each would do to this lead if `by` gave it: the lead that remains, who looks again.

    `may_repeat` is False where it is known that nobody else has its name.
    """
    survivor = _namesake(handoff.lead, by) if may_repeat else None
    manager = second_looks.who_looks_again(handoff, by=by)
    return [
        _option(
            number,
            reason,
            {"survivor": survivor, "looks_again": manager if reason.second_look else None},
            now=now,
        )
        for number, reason in enumerate(_active(), start=1)
    ]


@remembered_by_edition
def _active() -> list[RejectionReason]:
    return list(RejectionReason.objects.filter(is_active=True).order_by("position"))


def _option(
    number: int, reason: RejectionReason, then: Mapping[str, Any], *, now: datetime
) -> dict[str, object]:
    return {
        "key": KEYS[number - 1 : number],
        "code": reason.code,
        "label": reason.label,
        "consequence": rejections.consequence(reason, now=now, **then),
        "note_required": reason.note_required,
    }


def rejection_from(request: HttpRequest, handoff: Handoff) -> Rejection:
    """The rejection that was sent; a duplicate repeats the lead that the note names, or else the one of the same name.

    Raises ReasonNotUsable where it cannot be read.
    """
    code, note = request.POST.get("reason", ""), request.POST.get("note", "")
    if "\x00" in note:
        raise ReasonNotUsable("The note holds a character that cannot be stored. Type it again.")
    reason = RejectionReason.objects.filter(code=code).first() if "\x00" not in code else None
    if reason is None:
        raise ReasonNotUsable("Choose a reason.")
    if len(note) > LONGEST_NOTE:
        raise ReasonNotUsable(f"The note has {len(note):,} characters; {LONGEST_NOTE:,} fit.")
    named = _addresses_in(note)
    user = viewer(request)
    return Rejection(
        reason, note, duplicate_of=_lead_of(named, user) if named else _namesake(handoff.lead, user)
    )


def outcome(handoff: Handoff, rejection: Rejection, *, by: User, now: datetime) -> str:
    """What the rejection does to the lead, by the name of the one who looks again or of the one that remains."""
    reason = rejection.reason
    manager = second_looks.who_looks_again(handoff, by=by) if reason.second_look else None
    return rejections.consequence(reason, now=now, survivor=rejection.duplicate_of, looks_again=manager)


def offer_undo(
    request: HttpRequest, handoff: Handoff, text: str, *, now: datetime, takes_back: str = "undo"
) -> None:
    """Remember what was just done with `handoff`, as long as the address `takes_back` can take it back."""
    until = (now + UNDO_WITHIN).timestamp()
    offered = {"handoff": handoff.pk, "text": text, "until": until, "takes_back": takes_back}
    request.session[OFFERED] = offered


def offer_after_acceptance(request: HttpRequest, handoff: Handoff, *, now: datetime) -> None:
    """Offer the undo, and for a while longer the first step of the lead that was just accepted (QU-12).

    It is remembered in the transaction of the acceptance.
    """
    offer_undo(request, handoff, taken(handoff), now=now)
    request.session[OFFERED] |= {"steps_until": (now + STEPS_OFFERED).timestamp()}
    if isinstance(request.session, SessionStore):
        request.session.keep_with()


def taken(handoff: Handoff) -> str:
    """What is said to whoever accepted the lead."""
    return f"{handoff.lead.name} is yours."


def remember_first_step(request: HttpRequest, handoff: Handoff, *, now: datetime) -> None:
    """Say which step was chosen, and by which link it is done at once."""
    step = Handoff.FirstStep(handoff.first_step)
    chosen = {
        "step": step.label,
        "reach": _reach(handoff, step),
        "steps_until": (now + STEPS_OFFERED).timestamp(),
    }
    text = f"{handoff.lead.name} is yours. First: {step.label.lower()}."
    before = request.session.get(OFFERED) or {"until": 0, "takes_back": "undo"}
    request.session[OFFERED] = {**before, **chosen, "handoff": handoff.pk, "text": text}


def withdraw_undo(request: HttpRequest) -> None:
    """Nothing is left to undo."""
    request.session.pop(OFFERED, None)


def pending_undo(request: HttpRequest, *, now: datetime, **back: str) -> dict[str, Any] | None:
    """What was just done, and what can still be done about it; it vanishes with its time.

    `url` takes it back, for ten seconds; `steps` are the first steps to choose from; `reach` is the chosen one's link.
    """
    offered = request.session.get(OFFERED)
    if not offered or max(offered["until"], offered.get("steps_until", 0)) < now.timestamp():
        return None
    query = urlencode(back)
    return {
        "text": offered["text"],
        "url": _address(offered["takes_back"], offered, query) if offered["until"] >= now.timestamp() else "",
        "steps": STEPS if "steps_until" in offered and "step" not in offered else (),
        "steps_url": _address("first-step", offered, query),
        "reach": offered.get("reach"),
    }


def _address(name: str, offered: dict[str, Any], query: str) -> str:
    return f"{reverse(name, args=[offered['handoff']])}?{query}"


def _reach(handoff: Handoff, step: Handoff.FirstStep) -> dict[str, str] | None:
    """The link that begins the step, where the lead can be reached that way."""
    phone, email = handoff.lead.phone, handoff.lead.email
    if step == Handoff.FirstStep.CALL and phone:
        return {"url": f"tel:{phone.replace(' ', '')}", "label": readable_phone(phone)}
    if step == Handoff.FirstStep.EMAIL and email:
        return {"url": f"mailto:{quote(email, safe='@+')}", "label": email}
    return None


def _namesake(lead: Lead, user: User) -> Lead | None:
    """The one visible lead of the same name at the same company; None where there are several."""
    found = list(Lead.objects.visible_to(user).namesakes_of(lead).order_by("id")[:2])
    return found[0] if len(found) == 1 else None


def _addresses_in(note: str) -> list[str]:
    """The keys of the e-mail addresses that stand in the note."""
    keys = []
    for word in note.split():
        with suppress(InvalidEmail):
            keys.append(normalise_email(word.strip(".,;:<>()")).key)
    return keys


def _lead_of(keys: list[str], user: User) -> Lead | None:
    """The lead of the first address that is one's of those that `user` may see."""
    found = {lead.email_key: lead for lead in Lead.objects.visible_to(user).filter(email_key__in=keys)}
    return next((found[key] for key in keys if key in found), None)
