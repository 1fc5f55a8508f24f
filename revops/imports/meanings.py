"""What the columns of a file may mean, and how its dates may be written, as the page of columns offers them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.domain.csv_mapping import OPTED_OUT
from leads.domain.csv_values import Dates

KEPT, LEFT_OUT = "", "-"
Choices = list[tuple[Any, Any]]

FIELDS: tuple[tuple[Any, tuple[tuple[str, Any], ...]], ...] = (
    (
        gettext_lazy("Person"),
        (
            ("person.email", gettext_lazy("E-mail (required)")),
            ("person.first_name", gettext_lazy("First name")),
            ("person.last_name", gettext_lazy("Last name")),
            ("person.title", gettext_lazy("Job title")),
            ("person.phone", gettext_lazy("Phone")),
            ("person.country", gettext_lazy("Country of the person")),
            ("person.region", gettext_lazy("State or region of the person")),
            ("person.postal_code", gettext_lazy("Post code of the person")),
        ),
    ),
    (
        gettext_lazy("Company"),
        (
            ("company.name", gettext_lazy("Company name")),
            ("company.domain", gettext_lazy("Company domain")),
            ("company.industry", gettext_lazy("Industry")),
            ("company.employees", gettext_lazy("Employees (of a range such as 51-200, its lower end)")),
            ("company.country", gettext_lazy("Country of the company")),
            ("company.region", gettext_lazy("State or region of the company")),
            ("company.postal_code", gettext_lazy("Post code of the company")),
            ("company.annual_revenue", gettext_lazy("Annual revenue")),
            ("company.technologies", gettext_lazy("Technologies")),
            ("company.growth_stage", gettext_lazy("Growth stage")),
            ("company.budget", gettext_lazy("Budget")),
        ),
    ),
    (
        gettext_lazy("What they did"),
        (
            ("type", gettext_lazy("Type of signal")),
            ("occurred_at", gettext_lazy("When")),
            ("url", gettext_lazy("Page")),
            ("referrer", gettext_lazy("Referrer")),
            ("self_reported_source", gettext_lazy("How they heard about us")),
            ("utm.source", gettext_lazy("UTM source")),
            ("utm.medium", gettext_lazy("UTM medium")),
            ("utm.campaign", gettext_lazy("UTM campaign")),
            ("utm.content", gettext_lazy("UTM content")),
            ("utm.term", gettext_lazy("UTM term")),
            ("visitor_id", gettext_lazy("Visitor id")),
            ("consent.given_at", gettext_lazy("When they agreed to be contacted")),
            (OPTED_OUT, gettext_lazy("Not to be contacted, yes or no")),
        ),
    ),
)
WHAT_COLUMNS_HOLD: Choices = [
    (KEPT, gettext_lazy("Kept as a detail")),
    (LEFT_OUT, gettext_lazy("Left out")),
    *FIELDS,
]


def date_choices() -> Choices:
    """How the dates of a file may be written."""
    return [
        ("", _("Choose")),
        (Dates.YEAR, _("2026-11-20: the year first")),
        (Dates.DAY, _("20.11.2026 or 20/11/2026: the day first")),
        (Dates.MONTH, _("11/20/2026: the month first")),
    ]
