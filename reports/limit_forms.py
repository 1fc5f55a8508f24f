"""The form for limits and goals."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.form_fields import whole_number
from reports.domain.alerts import LABELS, Limit, Watched


class LimitForm(forms.Form):
    """For each thing watched the share, the fewest cases and the days; and the MQLs agreed on for a month."""

    mqls = whole_number(
        gettext_lazy("MQLs a month"),
        1,
        1_000_000,
        required=False,
        help_text=gettext_lazy(
            "What marketing hands to sales in a month. Leave it empty where no number is agreed."
        ),
    )

    def __init__(self, asked: QueryDict | None, *, limits: Mapping[Watched, Limit], mqls: int | None) -> None:
        super().__init__(asked, initial={"mqls": mqls})
        for watched, limit in limits.items():
            self._ask(watched, limit)

    @property
    def limits(self) -> dict[Watched, Limit]:
        """The limits as they are wanted; only of a valid form."""
        asked = self.cleaned_data
        return {
            watched: Limit(
                asked[f"{watched}-share"] / 100, asked[f"{watched}-minimum"], asked[f"{watched}-days"]
            )
            for watched in Watched
        }

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields of each thing watched, under its name."""
        return [
            (LABELS[watched], [self[f"{watched}-{part}"] for part in ("share", "minimum", "days")])
            for watched in Watched
        ]

    def _ask(self, watched: Watched, limit: Limit) -> None:
        side = _("Under this share, %") if watched is Watched.ACCEPTANCE else _("Over this share, %")
        self._number(f"{watched}-share", side, value=round(limit.share * 100), most=99)
        self._number(f"{watched}-minimum", _("From so many cases"), value=limit.minimum, most=9999)
        self._number(f"{watched}-days", _("In the last so many days"), value=limit.days, most=366)

    def _number(self, name: str, label: str, *, value: int, most: int) -> None:
        self.fields[name] = whole_number(label, 1, most, initial=value)
