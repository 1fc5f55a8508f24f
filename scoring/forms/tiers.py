"""The tier table: codes, names, thresholds and what happens, tried in the order of the rows."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.form_fields import whole_number
from scoring.domain.model import Model
from scoring.domain.publishable import TIERS
from scoring.domain.tiers import TierRow
from scoring.domain.words import ACTIONS
from scoring.forms.parts import NEW, Row, RowsForm, in_table

NAMES = ("label", "fit", "urgency", "action")
CODE = re.compile(r"[A-Z][A-Z0-9]{0,9}")
IS_CODE = RegexValidator(rf"^{CODE.pattern}\Z", gettext_lazy("Write capital letters and digits, such as T4."))


class TiersForm(RowsForm):
    """A row a tier; the code of a tier that exists stays, as promises and reports name it."""

    parts = (TIERS,)

    def known(self) -> list[str]:
        return [row.code for row in self.model.tiers]

    def takes(self, key: str) -> bool:
        """New rows, and any code: what somebody else removed meanwhile is not lost to who was typing it."""
        return bool(NEW.fullmatch(key) or CODE.fullmatch(key))

    def row_fields(self, key: str) -> dict[str, forms.Field]:
        named = {"tier": self._label(key)}
        fields: dict[str, forms.Field] = {
            f"label_{key}": forms.CharField(label=_("%(tier)s: name") % named, max_length=60),
            f"fit_{key}": whole_number(_("%(tier)s: fit, at least") % named, 0, 100),
            f"urgency_{key}": whole_number(_("%(tier)s: urgency, at least") % named, 0, 100),
            f"action_{key}": forms.ChoiceField(
                label=_("%(tier)s: then") % named, choices=list(ACTIONS.items())
            ),
        }
        if NEW.fullmatch(key):
            code = forms.CharField(label=_("%(tier)s: code") % named, max_length=10, validators=[IS_CODE])
            fields = {f"code_{key}": code, **fields}
        return {name: in_table(field) for name, field in fields.items()}

    def stored(self) -> dict[str, Any]:
        values: dict[str, Any] = {"rows": ",".join(self.known())}
        for row in self.model.tiers:
            values |= {
                f"label_{row.code}": row.label,
                f"fit_{row.code}": int(row.fit_at_least),
                f"urgency_{row.code}": int(row.urgency_at_least),
                f"action_{row.code}": row.action,
            }
        return values

    def clean(self) -> dict[str, Any]:
        """Each code is there once."""
        given = super().clean() or {}
        taken: set[str] = set()
        for key in self.keys:
            code = given.get(f"code_{key}", key)
            if code in taken:
                self.add_error(f"code_{key}", _("There is a tier %(code)s already.") % {"code": code})
            taken.add(code)
        return given

    def applied(self, model: Model) -> Model:
        return model.with_tiers(self._row(key) for key in self.keys)

    def lines(self) -> list[Row]:
        """A line a tier."""
        return [
            Row(
                key,
                key,
                [self[f"{name}_{key}"] for name in (("code",) if NEW.fullmatch(key) else ()) + NAMES],
            )
            for key in self.keys
        ]

    def _row(self, key: str) -> TierRow:
        given = self.cleaned_data
        code = given.get(f"code_{key}", key)
        label, fit, urgency, action = (given[f"{name}_{key}"] for name in NAMES)
        return TierRow(code, label, fit, urgency, action)

    def _label(self, key: str) -> str:
        return next((row.label for row in self.model.tiers if row.code == key), _("New tier"))
