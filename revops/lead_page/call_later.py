"""The lead asked to be called later: the form for it, who may fill it in, and what was asked for so far (SL-6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leads.form_fields import GIVE_A_MOMENT
from leads.models import Role, User
from revops.lead_page.brief import Brief
from revops.lead_page.meeting_forms import LOCAL
from routing import moves, pauses
from routing.models import ClockPause, Handoff


class CallLaterForm(forms.Form):
    """Until when, and what they said."""

    until = forms.DateTimeField(
        label=_("Call again at"),
        input_formats=[LOCAL],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL),
        error_messages=GIVE_A_MOMENT,
    )
    note = forms.CharField(
        label=_("What they said"),
        max_length=200,
        validators=[ProhibitNullCharactersValidator()],
        error_messages={"required": _("Say what they asked for: it stands in the history of the clock.")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="later-%s")


@dataclass(frozen=True)
class Panel:
    """What the lead page and the queue show of it; `form` is None where the viewer may not ask or nothing runs."""

    form: CallLaterForm | None
    until: datetime | None
    may_end: bool
    history: list[ClockPause]
    url: str
    end_url: str


def may_ask(handoff: Handoff, user: User) -> bool:
    """Whoever has the lead, and the managers and operations who see it."""
    return user.role in (Role.MANAGER, Role.OPS) or moves.holder_id_of(handoff) == user.pk


def panel(
    brief: Brief,
    handoff: Handoff | None,
    *,
    viewer: User,
    now: datetime,
    form: CallLaterForm | None = None,
    was_paused: bool = True,
) -> Panel | None:
    """The panel for the lead's latest hand-off and its brief; None where there is nothing to show and nothing to do.

    Where it is known that no clock ever stood still, no pauses are read.
    """
    if handoff is None:
        return None
    runs, may = any(clock.is_running for clock in brief.clocks), may_ask(handoff, viewer)
    history = pauses.of_handoff(handoff) if was_paused else []
    standing = [one for one in history if one.cause == pauses.Cause.CALL_LATER and one.ends_at > now]
    until = max((one.ends_at for one in standing), default=None) if runs else None
    if not history and not (runs and may):
        return None
    return Panel(
        form=(form or CallLaterForm()) if runs and may and until is None else None,
        until=until,
        may_end=may and until is not None,
        history=history,
        url=reverse("call-later", args=[handoff.lead_id]),
        end_url=reverse("call-later-end", args=[handoff.lead_id]),
    )
