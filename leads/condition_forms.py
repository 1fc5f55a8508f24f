"""Conditions within a form, built from lists: attribute, comparison, values; rows are added and taken away by buttons.

A form that holds some makes a `Conditions` for each group, takes its fields and initial values, and asks it to `read`
what was sent. The page shows it by `includes/_conditions.html`; the buttons post the form with `change`, which
`rearranged` understands. Nothing needs a script; with one, values are chips and only fitting comparisons are offered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _

from leads import condition_text
from leads.domain.conditions import Condition, InvalidCondition, Operator, Vocabulary
from leads.domain.conditions.notation import OPERATORS

MOST_ROWS = 20
LONGEST_VALUES = 10_000
ADD, REMOVE = "add-condition", "remove-condition"


@dataclass(frozen=True)
class ConditionRow:
    """The three fields of one condition, and what the button that takes it away says to the server."""

    attribute: BoundField
    operator: BoundField
    values: BoundField
    remove: str


class KindSelect(forms.Select):
    """A list whose options say which kinds of value they are about, so that a script can offer what fits."""

    def __init__(self, *, kinds: Mapping[str, str], attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__(attrs={**(attrs or {})})
        self.kinds = kinds

    def create_option(self, *args: Any, **options: Any) -> dict[str, Any]:
        option = super().create_option(*args, **options)
        option["attrs"]["data-kinds"] = self.kinds.get(str(option["value"]), "")
        return option


class Conditions:
    """One group of conditions of a form, all of which must hold; `title` tells the groups of a page apart.

    The rows are those that were `sent`, or else those `stored`, or else `blank` empty ones.
    """

    def __init__(
        self,
        prefix: str,
        vocabulary: Vocabulary,
        *,
        title: str,
        stored: Sequence[Condition] = (),
        sent: Mapping[str, Any] | None = None,
        names: Mapping[str, Iterable[str]] | None = None,
        blank: int = 0,
    ) -> None:
        self.prefix, self.vocabulary, self.title = prefix, vocabulary, title
        self.names = names or {}
        self.numbers = list(range(max(len(stored), blank))) if sent is None else _numbers(sent, prefix)
        self.initial = {
            name: value
            for number, each in enumerate(stored)
            for name, value in self._values(number, each).items()
        }
        self.fields = {
            name: field for number in self.numbers for name, field in self._fields(number, stored).items()
        }

    @property
    def add(self) -> str:
        """What the button that adds a row says to the server."""
        return f"{ADD}:{self.prefix}"

    def rows(self, form: forms.Form) -> list[ConditionRow]:
        """The conditions as fields of `form`."""
        return [
            ConditionRow(
                form[f"{self.prefix}_{number}_attribute"],
                form[f"{self.prefix}_{number}_operator"],
                form[f"{self.prefix}_{number}_values"],
                f"{REMOVE}:{self.prefix}:{number}",
            )
            for number in self.numbers
        ]

    def read(self, form: forms.Form) -> tuple[Condition, ...]:
        """What was typed; whatever is unclear becomes an error beside its field. Empty rows say nothing."""
        found = (self._condition(form, f"{self.prefix}_{number}") for number in self.numbers)
        return tuple(condition for condition in found if condition is not None)

    def _condition(self, form: forms.Form, row: str) -> Condition | None:
        given = form.cleaned_data
        attribute, operator = given.get(f"{row}_attribute"), given.get(f"{row}_operator")
        values = given.get(f"{row}_values", "")
        if not attribute:
            if values:
                form.add_error(f"{row}_attribute", _("Choose what to ask about."))
            return None
        if not operator:
            form.add_error(f"{row}_operator", _("Choose how to compare."))
            return None
        try:
            return condition_text.read(
                attribute, operator, values, vocabulary=self.vocabulary, names=self.names
            )
        except InvalidCondition as unclear:
            form.add_error(f"{row}_values", str(unclear))
            return None

    def _values(self, number: int, condition: Condition) -> dict[str, str]:
        row = f"{self.prefix}_{number}"
        return {
            f"{row}_attribute": condition.attribute,
            f"{row}_operator": condition.operator.value,
            f"{row}_values": condition_text.join(condition.values),
        }

    def _fields(self, number: int, stored: Sequence[Condition]) -> dict[str, forms.Field]:
        row, named = f"{self.prefix}_{number}", {"title": self.title, "number": number + 1}
        gone = {each.attribute for each in stored} - set(self.vocabulary)
        attribute = stored[number].attribute if number < len(stored) else ""
        fields: dict[str, forms.Field] = {
            f"{row}_attribute": _attribute_field(self.vocabulary, gone),
            f"{row}_operator": _operator_field(),
            f"{row}_values": forms.CharField(
                required=False,
                max_length=LONGEST_VALUES,
                widget=forms.TextInput(attrs={"data-chips": "", "list": f"values-{attribute}"}),
            ),
        }
        told = (
            _("%(title)s, condition %(number)s, about"),
            _("%(title)s, condition %(number)s, how"),
            _("%(title)s, condition %(number)s, values"),
        )
        for field, words in zip(fields.values(), told, strict=True):
            field.label = words % named
            field.widget.attrs["aria-label"] = field.label
        return fields


def rearranged(sent: QueryDict, change: str) -> QueryDict:
    """The form as it was sent, with a row more or less; what is no such change leaves it alone."""
    data = sent.copy()
    what, _colon, rest = change.partition(":")
    prefix, _colon, number = rest.partition(":")
    numbers = _numbers(sent, prefix)
    if what == ADD and len(numbers) < MOST_ROWS:
        data[f"{prefix}_{max(numbers, default=-1) + 1}_attribute"] = ""
    if what == REMOVE:
        for name in ("attribute", "operator", "values"):
            data.pop(f"{prefix}_{number}_{name}", None)
    return data


def _numbers(sent: Mapping[str, Any], prefix: str) -> list[int]:
    """The rows that a form was sent with, in order."""
    name = re.compile(rf"{re.escape(prefix)}_(\d{{1,3}})_attribute")
    return sorted(int(match[1]) for each in sent if (match := name.fullmatch(each)))[:MOST_ROWS]


def _attribute_field(vocabulary: Vocabulary, gone: Iterable[str]) -> forms.ChoiceField:
    """What to ask about; an attribute that is gone can be seen, and is refused."""
    known = [(name, condition_text.label(name)) for name in sorted(vocabulary)]
    lost = [(name, _("%(name)s (gone)") % {"name": condition_text.label(name)}) for name in sorted(gone)]
    kinds = {name: kind.value for name, kind in vocabulary.items()}
    return forms.ChoiceField(
        choices=[("", "\N{EN DASH}"), *known, *lost],
        required=False,
        widget=KindSelect(kinds=kinds, attrs={"data-attribute": ""}),
    )


def _operator_field() -> forms.ChoiceField:
    kinds = {
        operator.value: " ".join(kind.value for kind, operators in OPERATORS.items() if operator in operators)
        for operator in Operator
    }
    choices = [
        ("", "\N{EN DASH}"),
        *((each.value, words) for each, words in condition_text.OPERATOR_LABELS.items()),
    ]
    return forms.ChoiceField(
        choices=choices, required=False, widget=KindSelect(kinds=kinds, attrs={"data-operator": ""})
    )
