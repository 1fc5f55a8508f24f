"""One criterion: its name, its weight, what unknown counts as, and four levels with their conditions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.condition_forms import ConditionRow, Conditions
from leads.domain.conditions import Condition, Vocabulary
from leads.form_fields import whole_number
from scoring.domain.criteria import TOP_LEVEL, Criterion, Level
from scoring.domain.model import Model
from scoring.domain.publishable import Fault
from scoring.forms.parts import PartForm

LEVELS = tuple(range(TOP_LEVEL, -1, -1))
LONGEST_CODE = 40


@dataclass(frozen=True)
class LevelGroup:
    """One level on the page: its name, its conditions, the button that adds one, and what is wrong with it."""

    level: int
    label: BoundField
    rows: list[ConditionRow]
    add: str
    faults: list[str]


class CriterionForm(PartForm):
    """One criterion of a score by its code, which is empty for a new one."""

    label = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    weight = whole_number(
        gettext_lazy("Weight"), 0, 100, help_text=gettext_lazy("The weights of one score total 100.")
    )
    unknown_level = forms.TypedChoiceField(
        label=gettext_lazy("Unknown counts as"),
        coerce=int,
        choices=[(level, gettext_lazy("level %d") % level) for level in range(TOP_LEVEL + 1)],
        help_text=gettext_lazy(
            "Where nothing is known that would decide; pages call it unknown all the same."
        ),
    )

    def __init__(
        self, data: Any = None, *, dimension: str, vocabulary: Vocabulary, code: str, **options: Any
    ) -> None:
        self.dimension, self.vocabulary, self.code = dimension, vocabulary, code
        self.parts = (dimension,)
        super().__init__(data, **options)

    @property
    def criterion(self) -> Criterion | None:
        """What the model says of it; None for a new one, and for one that somebody removed meanwhile."""
        rows = self.model.criteria(self.dimension)
        return next((row for row in rows if row.code == self.code), None)

    def arrange(self, given: Mapping[str, Any] | None) -> None:
        self.conditions = {
            level: Conditions(
                f"when_{level}",
                self.vocabulary,
                title=_("Level %(level)s") % {"level": level},
                stored=self._conditions(level),
                sent=given,
                blank=1 if level and not self.code else 0,
            )
            for level in LEVELS
        }
        for level, group in self.conditions.items():
            self.fields[f"label_{level}"] = forms.CharField(
                label=_("Level %(level)s is called") % {"level": level}, max_length=60, required=level == 0
            )
            self.fields |= group.fields

    def stored(self) -> dict[str, Any]:
        if self.criterion is None:
            return {"unknown_level": 0}
        values: dict[str, Any] = {
            "label": self.criterion.label,
            "weight": int(self.criterion.weight),
            "unknown_level": self.criterion.unknown_level,
        }
        values |= {f"label_{row.level}": row.label for row in self.criterion.levels}
        for group in self.conditions.values():
            values |= group.initial
        return values

    def clean(self) -> dict[str, Any]:
        """Every condition that was begun is clear, and what has conditions has a name."""
        given = super().clean() or {}
        self.read = {level: group.read(self) for level, group in self.conditions.items()}
        for level, conditions in self.read.items():
            if conditions and not given.get(f"label_{level}"):
                self.add_error(f"label_{level}", _("Give the level a name."))
        return given

    def applied(self, model: Model) -> Model:
        """The criterion in its place; at the end where it is new, or where somebody else took it away."""
        rows = model.criteria(self.dimension)
        mine = self._typed(code=self.code or self._fresh_code(rows))
        placed = [mine if row.code == mine.code else row for row in rows]
        return model.with_criteria(self.dimension, placed if mine in placed else [*placed, mine])

    def concerns(self, fault: Fault) -> bool:
        return super().concerns(fault) and bool(self.code) and fault.criterion == self.code

    def levels(self) -> list[LevelGroup]:
        """The four levels, the best first."""
        return [
            LevelGroup(
                level,
                self[f"label_{level}"],
                group.rows(self),
                group.add,
                self.told.get(f"level_{level}", []),
            )
            for level, group in self.conditions.items()
        ]

    def _typed(self, *, code: str) -> Criterion:
        given = self.cleaned_data
        levels = tuple(
            Level(level, given[f"label_{level}"], self.read[level])
            for level in reversed(LEVELS)
            if given[f"label_{level}"]
        )
        return Criterion(code, given["label"], given["weight"], levels, given["unknown_level"])

    def _conditions(self, level: int) -> tuple[Condition, ...]:
        rows = self.criterion.levels if self.criterion else ()
        return next((row.when for row in rows if row.level == level), ())

    def _fresh_code(self, rows: tuple[Criterion, ...]) -> str:
        """A code of its own, made of the name."""
        base = slugify(self.cleaned_data["label"])[: LONGEST_CODE - 4].strip("-") or "criterion"
        taken = {row.code for row in rows}
        return next(code for code in (base, *(f"{base}-{n}" for n in range(2, 100))) if code not in taken)
