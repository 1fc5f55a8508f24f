"""The page for two editors on one form: both versions side by side, to save on top or to discard (P19)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from leads.differences import Difference, differences


def conflict(
    request: HttpRequest,
    form: forms.Form,
    *,
    title: str,
    back: str,
    stored: Mapping[str, Any] | None = None,
    found: Sequence[Difference] | None = None,
    fresh: Mapping[str, object] | None = None,
    action: str = "",
) -> HttpResponse:
    """409: what the viewer wrote beside what is stored.

    What differs is found field by field in the `stored` values, or has been `found` already. `fresh` is what the form
    must say to be saved on top, at `action` or where it was sent; None where it cannot be saved any more.
    """
    context = {
        "title": title,
        "differences": differences(form, form.cleaned_data, stored or {}) if found is None else found,
        "carried": _carried(request, form, fresh) if fresh is not None else None,
        "action": action,
        "back": back,
    }
    return render(request, "includes/conflict.html", context, status=409)


def overtaken(
    request: HttpRequest,
    form: forms.Form,
    fresh: forms.Form,
    *,
    title: str,
    back: str,
    hidden: Mapping[str, object] | None = None,
) -> HttpResponse:
    """409: what the viewer wrote beside the same form as it opens now; what it never shows is stored as `hidden`."""
    seen = {"seen": fresh.initial["seen"]}
    return conflict(
        request, form, stored={**fresh.initial, **(hidden or {})}, title=title, fresh=seen, back=back
    )


def _carried(request: HttpRequest, form: forms.Form, fresh: Mapping[str, object]) -> list[tuple[str, object]]:
    """The form as it was sent, with the fresh edition in the place of the one it was based on."""
    sent = [
        (name, value)
        for name, values in request.POST.lists()
        if name in form.fields and name not in fresh
        for value in values
    ]
    return [*sent, *fresh.items()]
