"""The pages of the reports, as tabs above each of them."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

PAGES = (
    ("service-level-report", _("Promises kept")),
    ("speed-report", _("Speed to lead")),
    ("acceptance-report", _("Acceptance")),
    ("scorecard-report", _("Both sides")),
    ("service-level-agreement", _("Agreement")),
    ("definitions", _("Definitions")),
)


def tabs(current: str) -> list[dict[str, object]]:
    """Every page of the reports, `current` (its address's name) marked."""
    return [{"label": label, "url": reverse(name), "current": name == current} for name, label in PAGES]
