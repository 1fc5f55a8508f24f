"""Sales' decisions as pages show them: the reasons to choose from, what was sent, what can be undone."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from leads.domain.identity import InvalidEmail, normalise_email
from leads.models import Lead, User
from leads.viewer import viewer
from routing import rejections
from routing.handoffs import UNDO_WITHIN, ReasonNotUsable, Rejection
from routing.models import Handoff, RejectionReason

LONGEST_NOTE = 2000
OFFERED = "undo"


def reasons(*, now: datetime) -> list[dict[str, object]]:
    """The active reasons by number, each with what it would do to the lead."""
    active = RejectionReason.objects.filter(is_active=True).order_by("position")
    return [
        {
            "number": number,
            "code": reason.code,
            "label": reason.label,
            "consequence": rejections.consequence(reason, now=now),
            "note_required": reason.note_required,
        }
        for number, reason in enumerate(active, start=1)
    ]


def rejection_from(request: HttpRequest) -> Rejection:
    """The rejection that was sent; raises ReasonNotUsable where it cannot be read."""
    code, note = request.POST.get("reason", ""), request.POST.get("note", "")
    if "\x00" in note:
        raise ReasonNotUsable("The note holds a character that cannot be stored. Type it again.")
    reason = RejectionReason.objects.filter(code=code).first() if "\x00" not in code else None
    if reason is None:
        raise ReasonNotUsable("Choose a reason.")
    if len(note) > LONGEST_NOTE:
        raise ReasonNotUsable(f"The note has {len(note):,} characters; {LONGEST_NOTE:,} fit.")
    return Rejection(reason, note, duplicate_of=_lead_named_in(note, viewer(request)))


def offer_undo(request: HttpRequest, handoff: Handoff, text: str, *, now: datetime) -> None:
    """Remember that `handoff` was just decided, as long as it can be undone."""
    until = (now + UNDO_WITHIN).timestamp()
    request.session[OFFERED] = {"handoff": handoff.pk, "text": text, "until": until}


def withdraw_undo(request: HttpRequest) -> None:
    """Nothing is left to undo."""
    request.session.pop(OFFERED, None)


def pending_undo(request: HttpRequest, *, now: datetime, **back: str) -> dict[str, str] | None:
    """What can still be undone, and where to; it vanishes with its ten seconds."""
    offered = request.session.get(OFFERED)
    if not offered or offered["until"] < now.timestamp():
        return None
    return {"text": offered["text"], "url": f"{reverse('undo', args=[offered['handoff']])}?{urlencode(back)}"}


def _lead_named_in(note: str, user: User) -> Lead | None:
    """The lead whose e-mail address stands in the note, among those that `user` may see."""
    for word in note.split():
        try:
            key = normalise_email(word.strip(".,;:<>()")).key
        except InvalidEmail:
            continue
        found = Lead.objects.visible_to(user).filter(email_key=key).first()
        if found is not None:
            return found
    return None
