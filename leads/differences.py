"""Tells in words where two sets of a form's values differ: two people's edits, a draft and the version before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

NOTHING = "\N{EN DASH}"


@dataclass(frozen=True)
class Difference:
    """One field whose two values are not the same, each as it is read on a page."""

    label: str
    one: str
    other: str


def differences(form: forms.Form, one: Mapping[str, Any], other: Mapping[str, Any]) -> list[Difference]:
    """The visible fields of `form` whose values in `one` and `other` differ, in the form's order."""
    found = []
    for bound in form.visible_fields():
        told = shown(bound.field, one.get(bound.name)), shown(bound.field, other.get(bound.name))
        if told[0] != told[1]:
            found.append(Difference(str(bound.label), *told))
    return found


def shown(field: forms.Field, value: Any) -> str:
    """A field's value as people read it: choices by their labels, flags as yes and no, nothing as a dash."""
    if isinstance(field, forms.BooleanField):
        return _("yes") if value else _("no")
    if value in (None, "", []):
        return NOTHING
    if isinstance(field, forms.ModelMultipleChoiceField | forms.MultipleChoiceField):
        return ", ".join(sorted(_choice(field, each) for each in value)) or NOTHING
    if isinstance(field, forms.ModelChoiceField | forms.ChoiceField):
        return _choice(field, value)
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _choice(field: Any, value: Any) -> str:
    prepared = field.prepare_value(value)
    labels = {str(key): str(label) for key, label in _flat(field.choices)}
    return labels.get(str(prepared), str(value))


def _flat(choices: Iterable[Any]) -> Iterable[tuple[Any, Any]]:
    """Choices without their groups."""
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield key, label
