"""The forms by which a rep writes down what was tried and what was said: one press for the commonest (QU-5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leads import notes
from routing.models import Attempt

Channel = Attempt.Channel
Outcome = Attempt.Outcome


@dataclass(frozen=True)
class Quick:
    """An attempt that is logged by one press: on its button, or of its key."""

    key: str
    channel: Channel
    outcome: Outcome
    label: str | Promise

    @property
    def value(self) -> str:
        """What its button sends."""
        return f"{self.channel.value} {self.outcome.value}"


QUICK = (
    Quick("c", Channel.CALL, Outcome.REACHED, _("Reached")),
    Quick("x", Channel.CALL, Outcome.NO_ANSWER, _("No answer")),
    Quick("v", Channel.CALL, Outcome.LEFT_MESSAGE, _("Voicemail")),
    Quick("e", Channel.EMAIL, Outcome.SENT, _("E-mail sent")),
    Quick("i", Channel.LINKEDIN, Outcome.SENT, _("LinkedIn")),
    Quick("m", Channel.MEETING, Outcome.REACHED, _("Met")),
)


class AttemptForm(forms.Form):
    """How it was tried and what came of it; `quick` says both at once."""

    channel = forms.ChoiceField(label=_("How"), choices=Channel.choices)
    outcome = forms.ChoiceField(label=_("What came of it"), choices=Outcome.choices)
    note = forms.CharField(label=_("Note"), required=False, max_length=notes.LONGEST)

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(_spelled_out(data), auto_id="attempt-%s")


class NoteForm(forms.Form):
    """Something worth knowing later."""

    text = forms.CharField(
        label=_("Note"),
        max_length=notes.LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write something down first.")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="note-%s")


def _spelled_out(data: QueryDict | None) -> QueryDict | None:
    """What was sent, with channel and outcome of the button that was pressed."""
    pressed = next((one for one in QUICK if data is not None and data.get("quick") == one.value), None)
    if data is None or pressed is None:
        return data
    sent = data.copy()
    sent["channel"], sent["outcome"] = pressed.channel.value, pressed.outcome.value
    return sent
