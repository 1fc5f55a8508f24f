"""The form of a territory: where it is, in the words that people use, and whose it is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.condition_text import join, split
from leads.domain import post_codes
from leads.domain.countries import COUNTRIES, country_code
from leads.domain.post_codes import UnclearPostCodes
from leads.form_fields import time_zone
from leads.models import Team
from routing import territories
from routing.models import Pool, Territory
from routing.territories import PLACES

LONGEST = 2_000
LONGEST_REGION = 100


def _list(label: Any, help_text: Any, values: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=LONGEST,
        help_text=help_text,
        validators=[ProhibitNullCharactersValidator()],
        widget=forms.TextInput(attrs={"data-chips": "", **({"list": f"values-{values}"} if values else {})}),
    )


class TerritoryForm(forms.Form):
    """What a territory is called, where it is, and whose it is."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, validators=[ProhibitNullCharactersValidator()]
    )
    countries = _list(
        gettext_lazy("Countries"),
        gettext_lazy("By name or two letters, between commas: Germany, AT."),
        "country",
    )
    regions = _list(
        gettext_lazy("Regions"),
        gettext_lazy("States or provinces as your leads name them: Bavaria, BY. Empty: every region."),
        "region",
    )
    post_codes = _list(
        gettext_lazy("Post codes"),
        gettext_lazy("How they begin, or from\N{EN DASH}to: 80-86, 89, SW1A. Empty: every post code."),
    )
    time_zones = _list(
        gettext_lazy("Time zones"),
        gettext_lazy("Such as America/Los_Angeles. Empty: every zone."),
        "time_zone",
    )
    team = forms.ModelChoiceField(
        Team.objects.order_by("name"), label=gettext_lazy("Team"), empty_label=gettext_lazy("Choose a team")
    )
    pool = forms.ModelChoiceField(
        Pool.objects.order_by("name"),
        label=gettext_lazy("Pool"),
        required=False,
        empty_label=gettext_lazy("None"),
        help_text=gettext_lazy("Who receives its leads, by turns: a rule that says so joins the draft."),
    )

    def __init__(self, data: Any = None, *, territory: Territory | None = None) -> None:
        stored = territories.values_of(territory) if territory else {}
        shown = stored | {name: join(stored[name]) for name in PLACES if stored}
        super().__init__(
            data, initial={**shown, "seen": territories.edition_of(territory) if territory else ""}
        )

    @property
    def values(self) -> dict[str, Any]:
        """What a valid form says about the territory."""
        return {name: self.cleaned_data[name] for name in territories.COLUMNS}

    def clean_countries(self) -> list[str]:
        """Codes of countries that there are."""
        codes = [country_code(each) for each in self._each("countries")]
        for code in codes:
            if code not in COUNTRIES:
                raise forms.ValidationError(
                    _("%(value)s is no country; write two letters, such as DE.") % {"value": code}
                )
        return codes

    def clean_regions(self) -> list[str]:
        """Names as they are."""
        regions = self._each("regions")
        if any(len(each) > LONGEST_REGION for each in regions):
            raise forms.ValidationError(_("The name of a region has at most 100 characters."))
        return regions

    def clean_post_codes(self) -> list[str]:
        """Beginnings and ranges, each as it is compared."""
        try:
            return [str(post_codes.read(each)) for each in self._each("post_codes")]
        except UnclearPostCodes as unclear:
            raise forms.ValidationError(str(unclear)) from unclear

    def clean_time_zones(self) -> list[str]:
        """Zones that the clock knows."""
        return list(dict.fromkeys(map(time_zone, self._each("time_zones"))))

    def clean(self) -> dict[str, Any]:
        """A territory is somewhere, and a post code is of a country."""
        given = super().clean() or {}
        if not self.errors and not any(given[name] for name in PLACES):
            self.add_error(
                "countries", _("Say where it is: a country, a region, a post code or a time zone.")
            )
        if given.get("post_codes") and not (given.get("countries") or "countries" in self.errors):
            self.add_error("countries", _("Post codes repeat from country to country; name the country too."))
        return given

    def _each(self, name: str) -> list[str]:
        return list(dict.fromkeys(split(self.cleaned_data[name])))
