"""Tells a routing rule in words: when it matches, and who then receives the lead."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from leads.domain import conditions
from routing.assignment import VOCABULARY
from routing.models import RoutingRule

Target = RoutingRule.Target


@dataclass(frozen=True)
class RuleInWords:
    """A rule as it is read; without conditions it matches `everybody`."""

    row: RoutingRule
    when: list[str]
    everybody: str
    target: str


def in_words(row: RoutingRule) -> RuleInWords:
    """The rule with its conditions as phrases and its target as one."""
    when = [conditions.describe(each) for each in conditions.parse(row.when, VOCABULARY)]
    return RuleInWords(row, when, _everybody(row), _target(row))


def _everybody(row: RoutingRule) -> str:
    """Whom a rule without conditions matches: an owner can only receive where there is one."""
    if row.target == Target.ACCOUNT_OWNER:
        return _("every lead whose account has an owner")
    if row.target == Target.OPPORTUNITY_OWNER:
        return _("every lead whose account has an open opportunity")
    return _("every lead")


def _target(row: RoutingRule) -> str:
    if row.target == Target.POOL:
        return _("%(pool)s pool, by turns") % {"pool": row.pool}
    if row.target == Target.REP:
        return str(row.rep)
    if row.target == Target.ACCOUNT_OWNER:
        return _("the account's owner")
    return _("the owner of the account's open opportunity")
