"""Adds up two models' replay, side by side: weeks, tiers, decisions, deals, load, and whom a draft gains or loses."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from scoring.domain.histories import Pass
from scoring.domain.model import Model
from scoring.domain.weeks import week_of, week_start
from scoring.replay import Outcome, Period, Run

ACCEPTED, REJECTED, WON, LOST = "ACCEPTED", "REJECTED", "WON", "LOST"
DAY = timedelta(days=1)
Side = Callable[[Outcome], Run]


@dataclass(frozen=True)
class Followed:
    """A passage with what sales made of it: the status of its hand-off, who had it, what became of its deals.

    Each is empty where there was none; `version` is the scorecard that handed it over.
    """

    outcome: Outcome
    decision: str = ""
    rep: str = ""
    deal: str = ""
    version: int | None = None


def tally(
    followed: Sequence[Followed], models: tuple[Model, Model], *, period: Period, zone: str
) -> dict[str, Any]:
    """All the figures of the page, as JSON; every pair is today's model, then the draft."""
    today = [each for each in followed if each.outcome.today.scores]
    draft = [each for each in followed if each.outcome.draft.scores]
    gained = [each for each in draft if each.outcome.today.at is None]
    lost = [each for each in today if each.outcome.draft.at is None]
    return {
        "passed": [len(today), len(draft)],
        "weeks": _weeks(today, draft, period=period, zone=zone),
        "tiers": _tiers(today, draft, models),
        "decided": [_known([each.decision for each in side], ACCEPTED, REJECTED) for side in (today, draft)],
        "closed": [_known([each.deal for each in side], WON, LOST) for side in (today, draft)],
        "reps": _reps(today, draft),
        "gained": [_row(each, _draft) for each in _newest(gained, _draft)],
        "lost": [_row(each, _today) for each in _newest(lost, _today)],
        "shifted": _shifted(followed, period),
    }


def check(
    happened: set[tuple[int, datetime]], followed: Sequence[Followed], *, version: int
) -> dict[str, int]:
    """How much of what the gate really did today's model does again at the same moment, and why not the rest."""
    again = {(each.outcome.lead_id, at) for each in followed if (at := _passed_at(each.outcome.today))}
    by_others = {
        (each.outcome.lead_id, each.outcome.passage.qualified_at)
        for each in followed
        if each.version not in (None, version)
    }
    missing = happened - again
    elsewhere = [
        each for each in followed if each.outcome.passage.qualified_at and not each.outcome.passage.by_gate
    ]
    return {
        "happened": len(happened),
        "again": len(happened & again),
        "other_version": len(missing & by_others),
        "changed": len(missing - by_others),
        "only_again": len(again - happened),
        "elsewhere": len(elsewhere),
    }


def _today(outcome: Outcome) -> Run:
    return outcome.today


def _draft(outcome: Outcome) -> Run:
    return outcome.draft


def _scores(each: Followed, side: Side) -> Pass:
    scores = side(each.outcome).scores
    if scores is None:
        raise ValueError("That model does not pass the lead in the period.")
    return scores


def _passed_at(run: Run) -> datetime | None:
    return run.scores.at if run.scores else None


def _newest(some: Iterable[Followed], side: Side) -> list[Followed]:
    return sorted(some, key=lambda each: (_scores(each, side).at, each.outcome.lead_id), reverse=True)


def _weeks(
    today: Sequence[Followed], draft: Sequence[Followed], *, period: Period, zone: str
) -> list[dict[str, Any]]:
    """Every week of the period, also one in which nobody passes."""
    counts = [
        Counter(week_of(_scores(each, side).at, zone) for each in some)
        for some, side in ((today, _today), (draft, _draft))
    ]
    weeks = range(week_of(period.since, zone), week_of(period.until, zone) + 1)
    local = ZoneInfo(zone)
    return [
        {
            "monday": week_start(week, zone).astimezone(local).date().isoformat(),
            "passed": [each[week] for each in counts],
        }
        for week in weeks
    ]


def _tiers(
    today: Sequence[Followed], draft: Sequence[Followed], models: tuple[Model, Model]
) -> list[dict[str, Any]]:
    """The tiers in their order; those that only the draft has come after, no tier last."""
    labels = {row.code: row.label for model in models for row in model.tiers}
    counts = [
        Counter(_scores(each, side).tier for each in some)
        for some, side in ((today, _today), (draft, _draft))
    ]
    rows = [
        {"code": code, "label": labels.get(code, ""), "passed": [each[code] for each in counts]}
        for code in [*labels, ""]
    ]
    return [row for row in rows if any(row["passed"])]


def _known(states: Sequence[str], yes: str, no: str) -> dict[str, int]:
    """Of how many it is known, and how many of these went well."""
    found = Counter(states)
    return {"yes": found[yes], "known": found[yes] + found[no], "of": len(states)}


def _reps(today: Sequence[Followed], draft: Sequence[Followed]) -> list[dict[str, Any]]:
    """Hand-offs a rep: today's as they really were; the draft's likewise, and those that never were, shared out.

    Who was never handed over is shared among the reps as today's model's hand-offs of the same tier were.
    """
    really = Counter(each.rep for each in today if each.rep)
    expected: dict[str, float] = defaultdict(float)
    shares = _shares(today)
    for each in draft:
        if each.rep:
            expected[each.rep] += 1
            continue
        for rep, share in shares.get(_scores(each, _draft).tier, shares[None]).items():
            expected[rep] += share
    names = sorted({*really, *expected}, key=lambda name: (-really[name], name))
    return [{"name": name, "passed": [really[name], round(expected[name], 2)]} for name in names]


def _shares(today: Sequence[Followed]) -> dict[str | None, dict[str, float]]:
    """By tier, and for None by all tiers: which share of the hand-offs each rep had."""
    counts: dict[str | None, Counter[str]] = defaultdict(Counter)
    for each in today:
        if each.rep:
            counts[_scores(each, _today).tier][each.rep] += 1
            counts[None][each.rep] += 1
    counts.setdefault(None, Counter())
    return {
        tier: {rep: number / found.total() for rep, number in found.items()} for tier, found in counts.items()
    }


def _row(each: Followed, side: Side) -> dict[str, Any]:
    scores = _scores(each, side)
    other = each.outcome.today if side is _draft else each.outcome.draft
    return {
        "lead": each.outcome.lead_id,
        "at": scores.at.isoformat(),
        "how": scores.how,
        "fit": round(scores.fit, 1),
        "engagement": round(scores.engagement, 1),
        "urgency": round(scores.urgency, 1),
        "tier": scores.tier,
        "failed": list(other.failed),
        "decision": each.decision,
        "deal": each.deal,
        "rep": each.rep,
    }


def _shifted(followed: Sequence[Followed], period: Period) -> dict[str, Any]:
    """Leads that both pass, but at another moment; `in` and `out` cross the beginning of the period."""
    both = [
        (each.outcome.today.at, each.outcome.draft.at)
        for each in followed
        if each.outcome.today.at and each.outcome.draft.at
    ]
    earlier = [(today - draft) / DAY for today, draft in both if draft < today]
    later = [(draft - today) / DAY for today, draft in both if draft > today]
    return {
        "earlier": len(earlier),
        "earlier_days": round(median(earlier), 1) if earlier else 0,
        "later": len(later),
        "later_days": round(median(later), 1) if later else 0,
        "in": sum(today not in period and draft in period for today, draft in both),
        "out": sum(today in period and draft not in period for today, draft in both),
    }
