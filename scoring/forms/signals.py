"""What each type of signal is worth to engagement, says about urgency, and promises."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from leads.form_fields import number
from leads.models import SignalType
from scoring.domain.engagement import Behaviour
from scoring.domain.model import Model
from scoring.domain.publishable import SIGNALS
from scoring.domain.words import DEPTHS, REQUESTS
from scoring.forms.parts import Row, RowsForm, in_table, short

LARGEST_POINTS = 1000
LARGEST_MULTIPLIER = 10
NAMES = ("points", "cap", "multiplier", "depth", "request", "hand_raise", "minimum")


class SignalsForm(RowsForm):
    """A row a type of signal, those worth the most first; types that have none bring nothing."""

    parts = (SIGNALS,)

    def known(self) -> list[str]:
        rows = sorted(self.model.behaviours.values(), key=lambda each: (-each.points, each.label))
        return [row.type for row in rows]

    def takes(self, key: str) -> bool:
        return key in self._labels

    def row_fields(self, key: str) -> dict[str, forms.Field]:
        named = {"signal": self._labels.get(key, key)}
        tiers = [("", "\N{EN DASH}"), *((row.code, row.code) for row in self.model.tiers)]
        fields: dict[str, forms.Field] = {
            "points": number(_("%(signal)s: points") % named, -LARGEST_POINTS, LARGEST_POINTS),
            "cap": number(_("%(signal)s: at most a week") % named, 0, LARGEST_POINTS, required=False),
            "multiplier": number(_("%(signal)s: times per depth") % named, 0.01, LARGEST_MULTIPLIER),
            "depth": _scale(_("%(signal)s: depth") % named, DEPTHS),
            "request": _scale(_("%(signal)s: asks for") % named, REQUESTS),
            "hand_raise": forms.BooleanField(
                label=_("%(signal)s: straight to sales") % named, required=False
            ),
            "minimum": forms.ChoiceField(
                label=_("%(signal)s: tier at least") % named,
                choices=_with(tiers, self._promised(key)),
                required=False,
            ),
        }
        return {f"{name}_{key}": in_table(field) for name, field in fields.items()}

    def stored(self) -> dict[str, Any]:
        values: dict[str, Any] = {"rows": ",".join(self.known())}
        for key in self.keys:
            row = self.model.behaviours.get(key) or Behaviour(key, key, 0)
            values |= {
                f"points_{key}": short(row.points),
                f"cap_{key}": short(row.weekly_cap),
                f"multiplier_{key}": short(row.depth_multiplier),
                f"depth_{key}": row.depth,
                f"request_{key}": row.request,
                f"hand_raise_{key}": row.hand_raise,
                f"minimum_{key}": row.minimum_tier,
            }
        return values

    def applied(self, model: Model) -> Model:
        return model.with_behaviours(self._behaviour(key) for key in self.keys)

    def lines(self) -> list[Row]:
        """A line a type of signal."""
        return [
            Row(key, self._labels.get(key, key), [self[f"{name}_{key}"] for name in NAMES])
            for key in self.keys
        ]

    def others(self) -> list[tuple[str, str]]:
        """The types of signal that could be added."""
        return [(code, label) for code, label in self._labels.items() if code not in self.keys]

    def _behaviour(self, key: str) -> Behaviour:
        points, cap, multiplier, depth, request, hand_raise, minimum = (
            self.cleaned_data[f"{name}_{key}"] for name in NAMES
        )
        return Behaviour(
            type=key,
            label=self._labels[key],
            points=points,
            weekly_cap=cap,
            depth_multiplier=multiplier,
            depth=depth,
            request=request,
            hand_raise=hand_raise,
            minimum_tier=minimum,
        )

    def _promised(self, key: str) -> str:
        row = self.model.behaviours.get(key)
        return row.minimum_tier if row else ""

    @cached_property
    def _labels(self) -> Mapping[str, str]:
        return dict(SignalType.objects.order_by("label").values_list("code", "label"))


def _scale(label: str, meanings: tuple[str, ...]) -> forms.TypedChoiceField:
    """A level 0 to 3 by what it means."""
    choices = [(level, meaning or "\N{EN DASH}") for level, meaning in enumerate(meanings)]
    return forms.TypedChoiceField(label=label, choices=choices, coerce=int)


def _with(choices: list[tuple[str, str]], present: str) -> list[tuple[str, str]]:
    """The choices, and what is chosen today even where it is gone."""
    gone = [] if present in dict(choices) else [(present, _("%(tier)s (gone)") % {"tier": present})]
    return [*choices, *gone]
