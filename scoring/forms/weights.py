"""The weights and the order of one score's criteria; the weights must total 100 before the draft is published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from leads.form_fields import whole_number
from scoring.domain.model import Model
from scoring.domain.publishable import Fault
from scoring.forms.parts import Row, RowsForm, in_table


class WeightsForm(RowsForm):
    """A weight for each criterion of one score, in the order in which pages show them."""

    def __init__(self, data: Any = None, *, dimension: str, **options: Any) -> None:
        self.dimension = dimension
        self.parts = (dimension,)
        super().__init__(data, **options)

    def known(self) -> list[str]:
        return [row.code for row in self.model.criteria(self.dimension)]

    def row_fields(self, key: str) -> dict[str, forms.Field]:
        label = _("Weight of %(criterion)s") % {"criterion": self._labels.get(key, key)}
        return {f"weight_{key}": in_table(whole_number(label, 0, 100))}

    def stored(self) -> dict[str, Any]:
        rows = self.model.criteria(self.dimension)
        return {"rows": ",".join(self.known()), **{f"weight_{row.code}": int(row.weight) for row in rows}}

    def applied(self, model: Model) -> Model:
        by_code = {row.code: row for row in model.criteria(self.dimension)}
        kept = model.with_criteria(self.dimension, (by_code[key] for key in self.keys if key in by_code))
        return kept.with_weights(
            self.dimension, {key: self.cleaned_data[f"weight_{key}"] for key in self.keys}
        )

    def concerns(self, fault: Fault) -> bool:
        return super().concerns(fault) and not fault.criterion

    def lines(self) -> list[Row]:
        """A line a criterion."""
        return [Row(key, self._labels.get(key, key), [self[f"weight_{key}"]]) for key in self.keys]

    def total(self) -> int:
        """What the weights come to as they stand on the page."""
        return sum(_whole(self[f"weight_{key}"].value()) for key in self.keys)

    @property
    def _labels(self) -> Mapping[str, str]:
        return {row.code: row.label for row in self.model.criteria(self.dimension)}


def _whole(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0
