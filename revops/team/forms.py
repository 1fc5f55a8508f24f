"""What the team's page sends: the leads that were chosen, as they were shown, and what is to become of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leads.models import User
from routing import moves, reps
from routing.models import Handoff, RejectionReason
from routing.moves import Chosen
from routing.rejections import Rejection

MOST_AT_ONCE = 200
TOKEN = re.compile(r"(\d{1,18})\.(\d{1,18})(\.worked)?")


def chosen_in(request: HttpRequest) -> list[Chosen]:
    """The chosen hand-offs, each once, in the order of the page; what cannot be read was not chosen."""
    tokens = dict.fromkeys(request.POST.getlist("handoff"))
    found = [match for token in tokens if (match := TOKEN.fullmatch(token))]
    return [Chosen(int(match[1]), int(match[2]) or None, was_open=not match[3]) for match in found]


def token_of(handoff: Handoff) -> str:
    """How a form names a hand-off as it stands: whose it is, and whether it waits for a decision."""
    holder = moves.holder_id_of(handoff) or 0
    return f"{handoff.pk}.{holder}" + ("" if handoff.is_open else ".worked")


def problem_with(chosen: Sequence[Chosen]) -> str:
    """Why nothing can be done with what was chosen; empty where it can."""
    if not chosen:
        return gettext("Choose one lead or more first.")
    if len(chosen) > MOST_AT_ONCE:
        words = gettext("%(count)d leads are chosen, and %(most)d go at once. Choose fewer.")
        return words % {"count": len(chosen), "most": MOST_AT_ONCE}
    return ""


class ReceiverField(forms.ModelChoiceField):  # type: ignore[type-arg]  # a class of Django knows no brackets
    """Reps by name; who cannot receive now says why."""

    why_not: dict[int, str] = {}

    def label_from_instance(self, user: Any) -> str:
        why_not = self.why_not.get(user.pk)
        return f"{user} ({why_not})" if why_not else str(user)


class MoveForm(forms.Form):
    """To whom, and why where that needs saying."""

    to = ReceiverField(
        label=_("Give to"),
        queryset=User.objects.none(),
        empty_label=_("Choose a rep"),
        error_messages={
            "required": _("Choose who gets them."),
            "invalid_choice": _("Choose a rep of your teams who receives leads."),
        },
    )
    why = forms.CharField(
        label=_("Why all the same"),
        required=False,
        max_length=120,
        validators=[ProhibitNullCharactersValidator()],
    )

    def __init__(self, data: Any = None, *, by: User, now: datetime) -> None:
        super().__init__(data, auto_id="move-%s")
        offered = moves.receivers(by)
        why_not = reps.why_not_receiving(offered, now=now)
        field = self.fields["to"]
        assert isinstance(field, ReceiverField)  # noqa: S101 - for the reader and the type checker
        field.why_not = {rep.user_id: why_not[rep.pk] for rep in offered}
        field.queryset = User.objects.filter(pk__in=field.why_not).order_by("name", "pk")

    @property
    def problem(self) -> str:
        """What to change, in words; empty for a valid form."""
        return " ".join(str(error) for errors in self.errors.values() for error in errors)


class RecycleForm(forms.Form):
    """Why they go back to nurture: a reason that recycles, and a note."""

    reasons = RejectionReason.objects.filter(is_active=True, outcome=RejectionReason.Outcome.RECYCLE)
    reason = forms.ModelChoiceField(
        label=_("Reason"),
        queryset=reasons,
        to_field_name="code",
        error_messages={"required": _("Choose a reason."), "invalid_choice": _("Choose one of the reasons.")},
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, validators=[ProhibitNullCharactersValidator()]
    )

    @property
    def rejection(self) -> Rejection:
        """What a valid form says."""
        return Rejection(self.cleaned_data["reason"], self.cleaned_data["note"])
