"""Amounts of money in templates: `{{ deal.amount|money }}`, and `figure` below a heading that is `in_currency`."""

from __future__ import annotations

from django import template

from leads import money

register = template.Library()
register.filter("money", money.money)
register.filter("figure", money.figure)
register.filter("in_currency", money.in_currency)
