"""The steps of a ladder as rows of a form; a ladder that makes no sense is refused beside the step (SL-4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.form_fields import whole_number
from routing.clocks import COURSES, Moment
from routing.domain import durations
from routing.domain.durations import Unit
from routing.domain.ladder import LABELS, Action, Step, problems
from routing.models import ClockKind

ROWS = 6
LONGEST = timedelta(days=365)
UNITS = [
    (Unit.MINUTES.value, gettext_lazy("minutes")),
    (Unit.HOURS.value, gettext_lazy("hours")),
    (Unit.DAYS.value, gettext_lazy("days of 24 hours")),
]
ACTIONS = [("", gettext_lazy("nothing more"))] + [
    (action.value, LABELS[action]) for action in Action if action is not Action.WARN
]


class LadderRows(forms.Form):
    """Six rows of so long after the start, and what happens then; a row without an action is none."""

    def __init__(self, data: Any = None, *, clock: str, initial: dict[str, Any], **options: Any) -> None:
        super().__init__(data, initial=initial, **options)
        self.clock = clock
        for row in range(ROWS):
            number = {"number": row + 1}
            self.fields[f"after_{row}"] = whole_number(
                _("Step %(number)s, after") % number, 0, 1_000_000, required=False
            )
            self.fields[f"unit_{row}"] = forms.ChoiceField(
                label=_("Step %(number)s, counted in") % number, choices=UNITS, required=False
            )
            self.fields[f"action_{row}"] = forms.ChoiceField(
                label=_("Step %(number)s, then") % number, choices=ACTIONS, required=False
            )

    def ladder_rows(self) -> list[tuple[BoundField, BoundField, BoundField]]:
        """The rows for the page, each with its three fields."""
        return [(self[f"after_{row}"], self[f"unit_{row}"], self[f"action_{row}"]) for row in range(ROWS)]

    def clean(self) -> dict[str, Any]:
        """Steps in the order of time, each once, and none that never comes."""
        given = super().clean() or {}
        rows = [
            row for row in range(ROWS) if given.get(f"action_{row}") or given.get(f"after_{row}") is not None
        ]
        read = {row: step for row in rows if (step := self._step(row, given)) is not None}
        fresh = Moment.TAKEN_AWAY in COURSES[ClockKind(self.clock)].stops
        self.ladder = list(read.values())
        for problem in problems(self.ladder, fresh_clock_on_reroute=fresh):
            self.add_error(f"after_{list(read)[problem.place]}", problem.sentence)
        return given

    def _step(self, row: int, given: dict[str, Any]) -> Step | None:
        amount, action = given.get(f"after_{row}"), given.get(f"action_{row}")
        if f"after_{row}" in self.errors or f"action_{row}" in self.errors:
            return None
        if amount is None or not action:
            missing = (
                _("Say after how long.")
                if amount is None
                else _("Say what happens then, or leave out the time.")
            )
            self.add_error(f"after_{row}", missing)
            return None
        after = durations.of(amount, Unit(given.get(f"unit_{row}") or Unit.MINUTES))
        if after > LONGEST:
            self.add_error(f"after_{row}", _("A step comes within a year."))
            return None
        return Step(after, Action(action))


def as_initial(steps: Sequence[Step]) -> dict[str, Any]:
    """What the rows hold at first: the ladder as it stands."""
    held: dict[str, Any] = {}
    for row, step in enumerate(steps):
        amount, unit = durations.in_unit(step.after)
        held |= {f"after_{row}": amount, f"unit_{row}": unit.value, f"action_{row}": step.action.value}
    return held
