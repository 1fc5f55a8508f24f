"""A select that writes its options in one go, to the HTML that Django gives by two templates an option."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString


class FlatSelect(forms.Select):
    """For lists of some hundreds, such as every rep; without groups."""

    def render(  # noqa: PLR0917 - Django's own signature
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        told = flatatt(self.build_attrs(self.attrs, attrs))
        options = SafeString("\n".join(self._options(self.format_value(value))))
        return format_html('<select name="{}"{}>{}</select>', name, told, options)

    def _options(self, chosen: list[str]) -> Iterator[str]:
        """The first that is chosen, and no other, is marked."""
        for value, label in self.choices:
            told = "" if value is None else str(value)
            mark = " selected" if told in chosen else ""
            if mark:
                chosen = []
            yield f'<option value="{conditional_escape(told)}"{mark}>{conditional_escape(str(label))}</option>'
