"""Facts divided by tier, team, rep, source and week, with the counts and percentiles of each."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from leads.models import Team, User
from reports.domain import histogram
from reports.domain.compliance import Figures, Quantiles
from reports.domain.periods import WEEK
from reports.domain.selection import NOBODY
from reports.measures import FILTERED
from reports.packing import EPOCH, Column, Facts

WITHOUT = {"tier": "No tier", "rep": "Unassigned", "team": "No team", "source": "Unknown"}
SOURCES = 40
SHARES = (0.5, 0.9)


@dataclass(frozen=True)
class Live:
    """What is not decided yet in one group of a division (or of "week" or "total").

    `counts` are those that run in time, the ones at risk among them, and those overdue.
    """

    division: str
    key: Any
    counts: Sequence[int]


@dataclass(frozen=True)
class Group:
    """The facts that share a tier, rep, team or source; `key` is the value of its filter."""

    key: str
    label: str
    figures: Figures


@dataclass(frozen=True)
class Divided:
    """The same facts as a whole, by week (its Monday), and by tier, team, rep and source."""

    total: Figures
    weeks: dict[date, Figures]
    groups: dict[str, list[Group]]
    is_exact: bool


def divide(facts: Facts, live: Iterable[Live] = (), *, most_sources: int | None = SOURCES) -> Divided:
    """The figures of every division.

    Tiers come in their order, the rest from the lowest rate up, with those too few to judge last. Sources are named
    by the outside world and may be many: only the `most_sources` with most facts are told apart, all where it is None.
    """
    weeks = facts.day.astype(np.intp) // 7
    first = int(weeks.min()) if len(facts) else 0
    mondays = [EPOCH + (first + place) * WEEK for place in range(int(weeks.max(initial=first)) - first + 1)]
    cells = facts.is_good.astype(np.intp) * histogram.SLOTS + facts.slot
    codes = {"total": np.zeros(len(facts), dtype=np.intp), "week": weeks - first, **facts.codes}
    keys: dict[str, Sequence[Any]] = {"total": [""], "week": mondays, **facts.legend}
    found = {
        name: _figures(facts, codes[name], keys[name], cells=cells) for name in ("total", "week", *FILTERED)
    }
    for one in live:
        if any(one.counts):
            group = found[one.division]
            group[one.key] = _with_live(group.get(one.key, Figures()), one.counts)
    total, by_week = found.pop("total").get("", Figures()), found.pop("week")
    groups = _labelled(found, most_sources=most_sources)
    return Divided(total, by_week, groups, is_exact=facts.spans is not None)


def _figures(facts: Facts, codes: Column, keys: Sequence[Any], *, cells: Column) -> dict[Any, Figures]:
    """The figures of the facts that share a code; `keys` names the codes in order.

    `cells` are the places of the facts in a histogram of the bad, followed by one of the good.
    """
    shape = (len(keys), 2, histogram.SLOTS)
    places = codes.astype(
        np.intp
    )  # one array, changed in place: of a million facts, temporary ones are the cost
    places *= 2 * histogram.SLOTS
    places += cells
    counts = np.bincount(places, minlength=math.prod(shape)).reshape(shape)
    bad, good = counts.sum(axis=2).T
    spans = _quantiles(counts.sum(axis=1)) if facts.spans is None else _exact_quantiles(facts, codes)
    return {
        key: Figures(met=int(good[code]), breached=int(bad[code]), elapsed=spans[code])
        for code, key in enumerate(keys)
        if good[code] or bad[code]
    }


def _quantiles(counts: Column) -> dict[int, Quantiles]:
    found = zip(*(histogram.quantiles(counts, share) for share in SHARES), strict=True)
    return {code: Quantiles(*map(_span, pair)) for code, pair in enumerate(found)}


def _exact_quantiles(facts: Facts, codes: Column) -> dict[int, Quantiles]:
    spans = facts.spans if facts.spans is not None else facts.slot
    return {
        int(code): Quantiles(*map(_span, np.quantile(spans[codes == code], SHARES)))
        for code in np.unique(codes)
    }


def _span(milliseconds: float) -> timedelta:
    return timedelta(milliseconds=round(float(milliseconds), 3))


def _with_live(figures: Figures, counts: Sequence[int]) -> Figures:
    running, at_risk, overdue = counts
    breached = figures.breached + overdue
    return replace(figures, breached=breached, running=running, at_risk=at_risk, overdue=overdue)


def _labelled(found: dict[str, dict[str, Figures]], *, most_sources: int | None) -> dict[str, list[Group]]:
    names = {"rep": _names(User, found["rep"]), "team": _names(Team, found["team"])}
    groups = {
        name: [Group(key or NOBODY, _label(name, key, names), figures) for key, figures in rows.items()]
        for name, rows in found.items()
    }
    groups["source"] = sorted(groups["source"], key=_largest_first)[:most_sources]
    for name in ("rep", "team", "source"):
        groups[name].sort(key=_worst_first)
    groups["tier"].sort(key=lambda group: tier_place(group.key))
    return groups


def _names(model: type[User | Team], keys: Iterable[str]) -> dict[str, str]:
    found = model._default_manager.filter(pk__in=[key for key in keys if key])  # noqa: SLF001 - Django's own name
    return {str(pk): name for pk, name in found.values_list("pk", "name")}


def _label(name: str, key: str, names: Mapping[str, Mapping[str, str]]) -> str:
    return names.get(name, {}).get(key, key) if key else WITHOUT[name]


def tier_place(tier: str) -> tuple[bool, int, str]:
    """Sorts T1, T2, T10, then the tiers with names, then none."""
    return (tier == NOBODY, len(tier), tier)


def _largest_first(group: Group) -> tuple[int, str]:
    return (-group.figures.total, group.label)


def _worst_first(group: Group) -> tuple[bool, float, int, str]:
    rate = group.figures.rate
    return (rate is None, rate or 0.0, -group.figures.total, group.label)
