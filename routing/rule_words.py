"""Tells a routing rule in words: when it matches, and who then receives the lead."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from leads.domain import conditions
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
    when = [conditions.describe(each) for each in conditions.kept(row.when)]
    return RuleInWords(row, when, _everybody(row), target_in_words(row))


def _everybody(row: RoutingRule) -> str:
    """Whom a rule without conditions matches: an owner can only receive where there is one."""
    return {
        Target.ACCOUNT_OWNER.value: _("every lead whose account has an owner"),
        Target.OPPORTUNITY_OWNER.value: _("every lead whose account has an open opportunity"),
        Target.ACCOUNT_WORK_OWNER.value: _("every lead whose account sales works already"),
        Target.NOTIFY_CSM.value: _("every lead whose account has a CSM"),
    }.get(row.target, _("every lead"))


def target_in_words(row: RoutingRule) -> str:
    """Whom the rule leads to."""
    if row.pool is not None:
        words = _("%(pool)s pool, by turns")
        if row.target == Target.LEAST_LOADED:
            words = _("%(pool)s pool, to whoever has the most room")
        return words % {"pool": row.pool}
    if row.rep is not None:
        return str(row.rep)
    return {
        Target.ACCOUNT_OWNER.value: _("the account’s owner"),
        Target.OPPORTUNITY_OWNER.value: _("the owner of the account’s open opportunity"),
        Target.ACCOUNT_WORK_OWNER.value: _("whoever works another lead of the account"),
        Target.NOTIFY_CSM.value: _("tells the account’s CSM, and goes on"),
    }[row.target]
