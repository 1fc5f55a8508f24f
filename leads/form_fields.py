"""Form fields that say in words what they take, wherever a number is out of bounds or a name is none."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leads.domain.near_names import nearest

GIVE_A_MOMENT = dict.fromkeys(("invalid", "required"), _("Give a day and a time."))


def whole_number(label: Any, least: int, most: int, **options: Any) -> forms.IntegerField:
    """A whole number from `least` to `most`."""
    sentence = format_lazy(_("Give a whole number from {least} to {most}."), least=least, most=most)
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        **_told(sentence, options),
    )


def number(label: Any, least: float, most: float, **options: Any) -> forms.FloatField:
    """A number from `least` to `most`, with decimals."""
    sentence = format_lazy(_("Give a number from {least} to {most}."), least=f"{least:g}", most=f"{most:g}")
    field = forms.FloatField(label=label, min_value=least, max_value=most, **_told(sentence, options))
    field.widget.attrs["step"] = "any"
    return field


class ZoneField(forms.CharField):
    """A time zone by its name, however it is written; where there is none, the nearest that there are are told."""

    def clean(self, value: Any) -> str:
        """The name as the clock knows it, or ""."""
        given: str = super().clean(value)
        return time_zone(given) if given else ""


def time_zone(given: str) -> str:
    """The zone that is called so, in whatever case. Raises ValidationError with what may be meant instead."""
    zones = {zone.casefold(): zone for zone in available_timezones()}
    found = zones.get(given.casefold().replace(" ", "_"))
    if found is None:
        told = gettext("There is no time zone %(zone)s.") % {"zone": given[:60]}
        raise forms.ValidationError(told + nearest(given, sorted(zones.values())))
    return found


def _told(sentence: Any, options: dict[str, Any]) -> dict[str, Any]:
    """The options with `sentence` for every way to be wrong, unless a message was given."""
    kinds = ("invalid", "min_value", "max_value", "required")
    return {
        **options,
        "error_messages": {**dict.fromkeys(kinds, sentence), **options.get("error_messages", {})},
    }
