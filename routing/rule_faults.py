"""What is wrong with a list of rules, in words: what keeps it from routing, and what its editor should know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from leads.domain import conditions
from leads.domain.conditions import InvalidCondition, Operator
from leads.domain.conditions.interpreter import folded
from routing import books, territories
from routing.domain import reachability
from routing.domain.matching import Rule
from routing.models import Pool, PoolMember, RoutingRule, Territory

MEMBERSHIP = (Operator.IS_ONE_OF, Operator.IS_NOT_ONE_OF)


@dataclass(frozen=True)
class Fault:
    """One finding about the rule at `place`, 0 for the whole list; what `blocks` must be changed first."""

    place: int
    sentence: str
    blocks: bool


@dataclass(frozen=True)
class _Known:
    """What the rules refer to, read once."""

    territories: frozenset[str]
    peopled: frozenset[int]


def faults(rows: Sequence[RoutingRule]) -> list[Fault]:
    """Everything that is wrong with the rules in order, with their pools and reps read along."""
    active = PoolMember.objects.filter(rep__is_active=True, rep__user__is_active=True)
    known = _Known(
        territories=frozenset(map(folded, Territory.objects.values_list("name", flat=True))),
        peopled=frozenset(active.values_list("pool", flat=True)),
    )
    found: list[Fault] = []
    rules: list[Rule] = []
    for place, row in enumerate(rows, start=1):
        try:
            rules.append(books.as_rule(row, place))
        except InvalidCondition as unclear:
            found.append(_blocking(place, _("“%(rule)s”: %(why)s") % {"rule": row.name, "why": unclear}))
            continue
        found += [_blocking(place, sentence) for sentence in _of_rule(row, rules[-1], known)]
        found += _unreached(rules, place)
    found += [Fault(0, sentence, blocks=False) for sentence in _of_territories(rows)]
    return sorted([*found, *_of_fallback(known)], key=lambda fault: (not fault.blocks, fault.place))


def _of_rule(row: RoutingRule, rule: Rule, known: _Known) -> Iterator[str]:
    named = {"rule": row.name}
    if row.pool is not None and row.pool.pk not in known.peopled:
        yield _("“%(rule)s” leads to the %(pool)s pool, in which nobody is active.") % {
            **named,
            "pool": row.pool,
        }
    if row.rep is not None and not (row.rep.is_active and row.rep.user.is_active):
        yield _("“%(rule)s” leads to %(rep)s, who is no longer active.") % {**named, "rep": row.rep}
    at_odds = reachability.contradiction(rule.when)
    if at_odds is not None:
        both = [conditions.describe(each) for each in at_odds]
        yield _("“%(rule)s” can never match: %(one)s and %(other)s exclude each other.") % {
            **named,
            "one": both[0],
            "other": both[1],
        }
    for name in _unknown_territories(rule, known):
        yield _("“%(rule)s” asks for the territory %(name)s, which there is not.") % {**named, "name": name}


def _unknown_territories(rule: Rule, known: _Known) -> list[object]:
    asked = [each for each in rule.when if each.attribute == "territory" and each.operator in MEMBERSHIP]
    values = [value for each in asked for value in each.values]
    return [value for value in values if folded(str(value)) not in known.territories]


def _unreached(rules: Sequence[Rule], place: int) -> list[Fault]:
    earlier = reachability.shadowed_by(rules, place)
    if earlier is None:
        return []
    sentence = _(
        "“%(rule)s” is reached only while nobody can receive by “%(earlier)s”, which takes its leads."
    )
    return [Fault(place, sentence % {"rule": rules[-1].name, "earlier": earlier.name}, blocks=False)]


def _of_territories(rows: Sequence[RoutingRule]) -> list[str]:
    """Where territories overlap, and which of them no rule asks for."""
    listed = territories.listed()
    asked = [condition for row in rows for condition in row.when]
    return [*territories.overlaps(listed), *territories.unasked(listed, asked)]


def _of_fallback(known: _Known) -> list[Fault]:
    pool = Pool.objects.filter(is_fallback=True).first()
    if pool is not None and pool.pk in known.peopled:
        return []
    sentence = _("Nobody is in the fallback pool: a lead that no rule places waits unassigned.")
    return [Fault(0, sentence, blocks=False)]


def _blocking(place: int, sentence: str) -> Fault:
    return Fault(place, sentence, blocks=True)
