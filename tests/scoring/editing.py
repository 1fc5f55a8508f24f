"""The forms of the scorecard editor as a browser would send them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from scoring import scorecards
from scoring.forms.criterion import CriterionForm
from scoring.forms.parts import PartForm
from scoring.forms.settings import SettingsForm
from scoring.forms.signals import SignalsForm
from scoring.forms.tiers import TiersForm
from scoring.forms.weights import WeightsForm
from scoring.models import Scorecard
from scoring.scorecard_rows import VOCABULARIES


def address(name: str, scorecard: Scorecard) -> str:
    return reverse(name, args=[scorecard.version])


def part(draft: Scorecard, name: str) -> str:
    """The editor's page of "tiers", "fit", or of one criterion, "fit/company_size"."""
    return f"/scorecards/{draft.version}/edit/{name}/"


def sent(draft: Scorecard, name: str, **changes: object) -> dict[str, Any]:
    """The whole form of a part, with some fields changed; what is empty or unticked is not sent."""
    form = _form(draft, name)
    values = {**form.initial, **changes}
    return {field: value for field, value in values.items() if value is not None and value is not False}


def _form(draft: Scorecard, name: str) -> PartForm:
    given: dict[str, Any] = {"model": scorecards.load(draft), "revision": draft.revision}
    dimension, _slash, code = name.partition("/")
    if code:
        vocabulary = VOCABULARIES[dimension]
        return CriterionForm(dimension=dimension, vocabulary=vocabulary, code=code, **given)
    if name in ("signals", "tiers"):
        return SignalsForm(**given) if name == "signals" else TiersForm(**given)
    if name == "settings":
        return SettingsForm(version_note=draft.note, **given)
    return WeightsForm(dimension=name, **given)
