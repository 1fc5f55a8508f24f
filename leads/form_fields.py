"""Form fields that say in words what they take, wherever a number is out of bounds or is none."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _


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


def _told(sentence: Any, options: dict[str, Any]) -> dict[str, Any]:
    """The options with `sentence` for every way to be wrong, unless a message was given."""
    kinds = ("invalid", "min_value", "max_value", "required")
    return {
        **options,
        "error_messages": {**dict.fromkeys(kinds, sentence), **options.get("error_messages", {})},
    }
