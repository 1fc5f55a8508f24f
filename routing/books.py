"""A version of the rules as values: what the domain decides by, beside the rows that say whom each rule leads to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from leads.domain import conditions
from leads.remembering import remembered
from routing.domain import deciding
from routing.domain.matching import Method, Rule
from routing.models import Pool, RoutingRule, RuleSet
from routing.vocabulary import VOCABULARY

Target = RoutingRule.Target
METHODS = {
    Target.POOL: Method.TURNS,
    Target.LEAST_LOADED: Method.LEAST_LOADED,
    Target.NOTIFY_CSM: Method.NOTICE,
}
NOBODY = {
    Target.POOL: "nobody in the pool can receive",
    Target.LEAST_LOADED: "nobody in the pool can receive",
    Target.REP: "that rep cannot receive",
    Target.ACCOUNT_OWNER: "the account has no owner who can receive",
    Target.OPPORTUNITY_OWNER: "the account has no open opportunity whose owner can receive",
    Target.ACCOUNT_WORK_OWNER: "nobody who works another lead of the account can receive",
    Target.NOTIFY_CSM: "the account has no CSM to tell",
}
LEADS_TO = {
    Target.ACCOUNT_OWNER: "the account’s owner",
    Target.OPPORTUNITY_OWNER: "the owner of the account’s open opportunity",
    Target.ACCOUNT_WORK_OWNER: "whoever works another lead of the account",
    Target.NOTIFY_CSM: "tells the account’s CSM, and goes on",
}


@dataclass(frozen=True)
class Book:
    """One version: its rules in order with the fallback last, and the rows by their place in the list."""

    version: RuleSet
    rules: tuple[Rule, ...]
    rows: Mapping[int, RoutingRule]
    fallback: Pool | None

    def pool_of(self, place: int) -> Pool | None:
        """The pool that the rule at that place leads to."""
        return self._pools.get(place, self.fallback)

    @cached_property
    def targets(self) -> Mapping[int, Target]:
        """Whom the rule at each place leads to."""
        return {place: Target(row.target) for place, row in self.rows.items()}

    @cached_property
    def _pools(self) -> Mapping[int, Pool | None]:
        return {place: row.pool for place, row in self.rows.items()}


def book_of(version: RuleSet) -> Book:
    """The version as it stands."""
    rows = version.rules.order_by("position").select_related("pool__team", "rep__user__team")
    by_place = dict(enumerate(rows, start=1))
    pool = Pool.objects.filter(is_fallback=True).select_related("team").first()
    rules = [as_rule(row, place) for place, row in by_place.items()]
    last = [deciding.fallback()] if pool else []
    return Book(version, (*rules, *last), by_place, pool)


@remembered
def published() -> Book:
    """The version that routes today."""
    return book_of(RuleSet.objects.published())


def as_rule(row: RoutingRule, place: int) -> Rule:
    """One row as the domain tries it."""
    target = Target(row.target)
    return Rule(
        place=place,
        name=row.name,
        when=conditions.parse(row.when, VOCABULARY),
        method=METHODS.get(target, Method.NAMED),
        target=_leads_to(row, target),
        nobody=NOBODY[target],
    )


def _leads_to(row: RoutingRule, target: Target) -> str:
    if row.pool is not None:
        return f"{row.pool} pool, {'by turns' if target is Target.POOL else 'to whoever has the most room'}"
    return str(row.rep) if row.rep else LEADS_TO[target]
