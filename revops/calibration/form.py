"""The form of a calibration: about which ending, over how long, and what is held equal."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from revops.calibration.runs import Question
from revops.calibration.words import TARGETS
from scoring.domain.calibration import Plan
from scoring.domain.outcomes import Target

MONTH = timedelta(days=30.44)
PERIODS = (
    ("6", _("The last 6 months")),
    ("12", _("The last 12 months")),
    ("24", _("The last 24 months")),
    ("0", _("Everything on record")),
)


class CalibrationForm(forms.Form):
    """Asks for a calibration."""

    target = forms.ChoiceField(
        label=_("Ending"),
        choices=[(target.value, label) for target, label in TARGETS.items()],
        initial=Target.WON,
    )
    months = forms.ChoiceField(label=_("Handed over in"), choices=PERIODS, initial="24")
    holds_equal = forms.BooleanField(
        label=_("Hold engagement and urgency equal"), required=False, initial=True
    )

    @classmethod
    def like(cls, question: Question) -> CalibrationForm:
        """The form that asks the same again, up to today."""
        months = round((question.until - question.since) / MONTH) if question.since else 0
        asked = {"target": question.target, "months": months, "holds_equal": question.holds_equal}
        return cls(initial=asked)

    def question(self, *, now: datetime) -> Question:
        """What is asked, of the hand-offs up to `now`; the form is valid."""
        months = int(self.cleaned_data["months"])
        return Question(
            target=Target(self.cleaned_data["target"]),
            since=now - months * MONTH if months else None,
            until=now,
            holds_equal=self.cleaned_data["holds_equal"],
            plan=Plan(minimum=settings.CALIBRATION_MINIMUM),
        )
