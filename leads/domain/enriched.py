"""Reads what a provider says of a company: the facts that hold, and which of them cannot be meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from leads.domain import csv_values
from leads.domain.payload import faults_in
from leads.domain.precedence import FACTS, is_blank
from leads.domain.signal import CompanyIn

READ_AS: Mapping[str, Callable[[str], object]] = {
    "country": csv_values.country,
    "employees": csv_values.headcount,
    "annual_revenue": csv_values.whole,
}


def read(payload: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The facts by name, and the names of those that were refused; whatever else is said is left out.

    The same schema holds as for a signal's company; a country may be told by its name, a number with marks
    (1,200), and employees as a range, of which the lower end is taken, as of those in a file.
    """
    facts: dict[str, Any] = {}
    refused = []
    for name in FACTS:
        value = payload.get(name)
        if is_blank(value):
            continue
        if faults_in({name: value}):
            refused.append(name)
            continue
        try:
            facts[name] = getattr(CompanyIn.model_validate({name: _meant(name, value)}), name)
        except ValidationError:
            refused.append(name)
    return {name: value for name, value in facts.items() if not is_blank(value)}, tuple(refused)


def _meant(name: str, value: Any) -> Any:
    read = READ_AS.get(name)
    return read(value) if read is not None and isinstance(value, str) else value
