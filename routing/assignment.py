"""Decides who receives a lead: rules in order, fair rotation under caps, and why so (RT-2 to RT-6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from leads.domain import conditions
from leads.domain.conditions import Kind
from leads.facts import VOCABULARY as LEAD_VOCABULARY
from leads.facts import facts_of
from leads.models import Lead, Opportunity, Team, User
from leads.remembering import remembered
from routing import reps
from routing.domain import matching, rotation
from routing.models import Pool, RoutingRule, RuleSet, Territory

VOCABULARY = {
    **LEAD_VOCABULARY,
    "tier": Kind.TEXT,
    "priority": Kind.TEXT,
    "source": Kind.TEXT,
    "territory": Kind.TEXT,
}
Target = RoutingRule.Target
NOBODY = {
    Target.POOL: "nobody in the pool can receive",
    Target.REP: "that rep cannot receive",
    Target.ACCOUNT_OWNER: "the account has no owner who can receive",
    Target.OPPORTUNITY_OWNER: "the account has no open opportunity whose owner can receive",
}
WRITE_TURN = """
    UPDATE routing_poolmember SET
        deficit = turn.deficit,
        received = received + (id = %(receiver)s)::int,
        last_received_at = CASE WHEN id = %(receiver)s THEN %(now)s ELSE last_received_at END
    FROM unnest(%(members)s::bigint[], %(deficits)s::float8[]) AS turn (member, deficit)
    WHERE id = turn.member
"""


@dataclass(frozen=True)
class Question:
    """What routing is asked about a lead beside what is known of the person and the company."""

    tier: str
    priority: str
    source: str


@dataclass(frozen=True)
class Decision:
    """Who receives the lead, why in one line, and the whole trace."""

    rule_set: RuleSet
    assignee: User | None
    team: Team | None
    because: str
    explanation: dict[str, Any]


@dataclass
class _Trace:
    """The explanation while it is being made: rules tried, candidates, why passed over, the pick."""

    facts: dict[str, Any]
    rules: list[dict[str, Any]] = field(default_factory=list)
    candidates: list[dict[str, Any]] = field(default_factory=list)
    unassigned_team: Team | None = None

    def as_data(self) -> dict[str, Any]:
        return {"facts": self.facts, "rules": self.rules, "candidates": self.candidates}


@dataclass(frozen=True)
class _Pick:
    user: User
    team: Team | None
    because: str


def decide(lead: Lead, question: Question, *, now: datetime) -> Decision:
    """Pick the receiver of `lead` and take the turn; the caller's transaction makes it final."""
    reps.hold_counts()
    rule_set, rules = _published()
    territory = territory_of(lead)
    trace = _Trace(facts=_facts(lead, question, territory))
    pick = _first_pick(lead, rules, trace, now=now) or _fallback(trace, now=now)
    if pick is None:
        team = trace.unassigned_team or (territory.team if territory else None)
        return Decision(rule_set, None, team, "nobody is free: waits unassigned", trace.as_data())
    return Decision(rule_set, pick.user, pick.team, pick.because, trace.as_data())


def territory_of(lead: Lead) -> Territory | None:
    """The territory of the person's country, or else of the company's."""
    country = lead.country or (lead.account.country if lead.account else "")
    return _territory(country) if country else None


@remembered
def _territory(country: str) -> Territory | None:
    return Territory.objects.select_related("team").filter(countries__contains=[country]).first()


@remembered
def _published() -> tuple[RuleSet, dict[int, tuple[RoutingRule, matching.Rule]]]:
    """The version that routes today, and its rules in order by id: as stored, and as they are tried."""
    rule_set = RuleSet.objects.published()
    rows = rule_set.rules.order_by("position").select_related("pool__team", "rep__user__team")
    return rule_set, {row.pk: (row, _as_rule(row)) for row in rows}


def _facts(lead: Lead, question: Question, territory: Territory | None) -> dict[str, Any]:
    facts = {
        **facts_of(lead),
        "tier": question.tier,
        "priority": question.priority,
        "source": question.source,
        "territory": territory.name if territory else "",
    }
    return {name: value for name, value in facts.items() if value not in (None, "", [])}


def _first_pick(
    lead: Lead,
    rules: Mapping[int, tuple[RoutingRule, matching.Rule]],
    trace: _Trace,
    *,
    now: datetime,
) -> _Pick | None:
    """The first rule that matches and whose target can receive; all rules up to it are in the trace."""
    for trial in matching.trials([rule for _, rule in rules.values()], trace.facts):
        entry: dict[str, Any] = {"rule": trial.rule.name, "matched": trial.matched, "why": trial.why}
        trace.rules.append(entry)
        pick = _target(rules[trial.rule.id][0], lead, trace, now=now) if trial.matched else None
        if pick is not None:
            return pick
        if trial.matched:
            entry["why"] = f"{trial.why}, but {NOBODY[Target(rules[trial.rule.id][0].target)]}"
    return None


def _as_rule(row: RoutingRule) -> matching.Rule:
    return matching.Rule(row.pk, row.name, conditions.parse(row.when, VOCABULARY))


def _target(rule: RoutingRule, lead: Lead, trace: _Trace, *, now: datetime) -> _Pick | None:
    if rule.target == Target.POOL and rule.pool is not None:
        return _rotate(rule.pool, f"{rule.name} → weighted round robin", trace, now=now)
    if rule.target == Target.REP and rule.rep is not None:
        return _one(rule.rep.user, f"{rule.name} → {rule.rep}", trace, now=now)
    owner = _account_owner(lead) if rule.target == Target.ACCOUNT_OWNER else _opportunity_owner(lead)
    return _one(owner, f"{rule.name} → {owner}", trace, now=now) if owner else None


def _account_owner(lead: Lead) -> User | None:
    return lead.account.owner if lead.account else None


def _opportunity_owner(lead: Lead) -> User | None:
    deal = (
        Opportunity.objects.filter(
            account=lead.account_id, status=Opportunity.Status.OPEN, owner__isnull=False
        )
        .order_by("-id")
        .select_related("owner__team")
        .first()
        if lead.account_id
        else None
    )
    return deal.owner if deal else None


def _one(user: User, because: str, trace: _Trace, *, now: datetime) -> _Pick | None:
    """A person whom a rule names: takes no turn, but absence and caps hold (RT-3)."""
    why_not = reps.why_cannot_receive(user, now=now)
    trace.candidates.append({"name": str(user), "passed_over": why_not, "picked": not why_not})
    return None if why_not else _Pick(user, user.team, because)


def _fallback(trace: _Trace, *, now: datetime) -> _Pick | None:
    pool = _fallback_pool()
    return _rotate(pool, "no rule placed it → fallback pool", trace, now=now) if pool else None


@remembered
def _fallback_pool() -> Pool | None:
    return Pool.objects.filter(is_fallback=True).select_related("team").first()


def _rotate(pool: Pool, because: str, trace: _Trace, *, now: datetime) -> _Pick | None:
    """Take the next turn of the pool, one at a time: the pool's row is locked until the transaction ends."""
    Pool.objects.select_for_update().get(pk=pool.pk)
    seats = reps.seats(pool, now=now)
    turn = rotation.next_turn([seat.candidate for seat in seats.values()])
    trace.candidates.extend(_told(seat.candidate, pool, turn) for seat in seats.values())
    if turn is None:
        trace.unassigned_team = trace.unassigned_team or pool.team
        return None
    _write_turn(turn, now=now)
    user = seats[turn.receiver.id].member.rep.user
    return _Pick(user, user.team or pool.team, because)


def _told(candidate: rotation.Candidate, pool: Pool, turn: rotation.Turn | None) -> dict[str, Any]:
    return {
        "name": candidate.name,
        "pool": pool.name,
        "deficit": round(candidate.deficit, 4),
        "weight": candidate.weight,
        "passed_over": candidate.passed_over,
        "picked": turn is not None and candidate.id == turn.receiver.id,
    }


def _write_turn(turn: rotation.Turn, *, now: datetime) -> None:
    """Every deficit of the pool and the receiver's turn in one plain statement, while the pool is locked."""
    values: dict[str, int | datetime | list[int] | list[float]] = {
        "members": list(turn.deficits),
        "deficits": list(turn.deficits.values()),
        "receiver": turn.receiver.id,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(WRITE_TURN, values)
