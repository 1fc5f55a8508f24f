"""The what-if page as values: each figure of two models side by side, with its meaning, and who is behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from leads.models import BackgroundRun, Lead, User
from reports.domain.definitions import Definition
from revops.what_if import chart as what_if_chart
from revops.what_if.chart import Chart, Week
from revops.what_if.words import decision_in_words, definition, passed_in_words

SIZE = 50
FEWEST = 10  # known outcomes below which no rate is given
LISTS = ("gained", "lost")


@dataclass(frozen=True)
class Figure:
    """A line of the comparison: today's model, the draft, and what differs."""

    definition: Definition
    today: str
    draft: str
    difference: str = ""
    today_base: str = ""
    draft_base: str = ""


@dataclass(frozen=True)
class Split:
    """A line of a table that divides the MQLs: by tier or by rep."""

    code: str
    label: str
    today: str
    draft: str
    difference: str


@dataclass(frozen=True)
class Changed:
    """A lead that the draft gains or loses, and why."""

    lead: Lead
    at: datetime
    why: str
    why_not: list[str]
    tier: str
    became: str


@dataclass(frozen=True)
class Listing:
    """One page of those gained or lost; `hidden` belong to teams that the viewer does not know of."""

    name: str
    rows: list[Changed]
    total: int
    hidden: int
    before: str
    after: str
    tabs: list[dict[str, object]]


@dataclass(frozen=True)
class Results:
    """What a run found."""

    version: int
    today_version: int
    since: datetime
    until: datetime
    zone: str
    figures: list[Figure]
    weeks: list[Week]
    chart: Chart
    tiers: list[Split]
    reps: list[Split]
    shifted: dict[str, Any]
    check: dict[str, int]
    listing: Listing


def results(run: BackgroundRun, *, user: User, wanted: str, page: int) -> Results | None:
    """What the run found, with one page of the leads it would gain or lose; None while it has found nothing."""
    found = run.result
    if found is None:
        return None
    weeks = _weeks(found["weeks"])
    count = max(len(weeks), 1)
    return Results(
        version=found["version"],
        today_version=found["today"],
        since=datetime.fromisoformat(found["since"]),
        until=datetime.fromisoformat(found["until"]),
        zone=settings.ORGANISATION_TIME_ZONE,
        figures=_figures(found),
        weeks=weeks[::-1],
        chart=what_if_chart.weekly(weeks),
        tiers=[_split(row["code"], row["label"], row["passed"]) for row in found["tiers"]],
        reps=[_split("", row["name"], [each / count for each in row["passed"]]) for row in found["reps"]],
        shifted=found["shifted"],
        check=found["check"],
        listing=_listing(found, user=user, wanted=wanted, page=page, address=f"?run={run.pk}"),
    )


def visible_rows(rows: Sequence[dict[str, Any]], user: User) -> list[dict[str, Any]]:
    """Those whose leads `user` may know of."""
    if user.sees_every_lead:
        return list(rows)
    ids = [row["lead"] for row in rows]
    known = set(Lead.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))
    return [row for row in rows if row["lead"] in known]


def changed(rows: Sequence[dict[str, Any]], *, threshold: float) -> list[Changed]:
    """The rows with their leads, in one read."""
    ids = [row["lead"] for row in rows]
    leads = Lead.objects.select_related("account").in_bulk(ids)
    return [_changed(row, leads[row["lead"]], threshold) for row in rows if row["lead"] in leads]


def _figures(found: dict[str, Any]) -> list[Figure]:
    today, draft = found["passed"]
    weeks = max(len(found["weeks"]), 1)
    return [
        Figure(definition("passed"), str(today), str(draft), _signed(draft - today)),
        Figure(
            definition("weekly"),
            f"{today / weeks:.1f}",
            f"{draft / weeks:.1f}",
            _signed((draft - today) / weeks),
        ),
        _rate(definition("accepted"), found["decided"]),
        _rate(definition("won"), found["closed"]),
        Figure(definition("gained"), "–", str(len(found["gained"])), _signed(len(found["gained"]))),
        Figure(definition("lost"), "–", str(len(found["lost"])), _signed(-len(found["lost"]))),
    ]


def _rate(meaning: Definition, sides: Sequence[dict[str, int]]) -> Figure:
    """A share of what is known, with how much is; too little is said and not reckoned."""
    today, draft = (_share(side) for side in sides)
    difference = ""
    if today is not None and draft is not None:
        difference = _("%(points)s points") % {"points": _signed(round(100 * (draft - today), 1))}
    return Figure(
        meaning,
        today=_percent(today),
        draft=_percent(draft),
        difference=difference,
        today_base=_base(sides[0]),
        draft_base=_base(sides[1]),
    )


def _percent(share: float | None) -> str:
    return _("too few to say") if share is None else f"{share:.0%}"


def _share(side: dict[str, int]) -> float | None:
    return side["yes"] / side["known"] if side["known"] >= FEWEST else None


def _base(side: dict[str, int]) -> str:
    return _("%(yes)s of %(known)s; known for %(known)s of %(of)s") % side


def _weeks(rows: Sequence[dict[str, Any]]) -> list[Week]:
    """Oldest first; the newest is the one that the run was asked in, so not over."""
    newest = len(rows) - 1
    return [
        Week(
            monday=date.fromisoformat(row["monday"]),
            today=row["passed"][0],
            draft=row["passed"][1],
            is_whole=place < newest,
        )
        for place, row in enumerate(rows)
    ]


def _split(code: str, label: str, passed: Sequence[float]) -> Split:
    today, draft = passed
    return Split(code, label, _plain(today), _plain(draft), _signed(draft - today))


def _plain(value: float) -> str:
    return f"{value:.1f}" if isinstance(value, float) else str(value)


def _signed(value: float) -> str:
    """With its sign; nothing for no difference."""
    text = f"{abs(value):.1f}" if isinstance(value, float) else str(abs(value))
    if not float(text):
        return "0"
    return f"+{text}" if value > 0 else f"−{text}"


def _listing(found: dict[str, Any], *, user: User, wanted: str, page: int, address: str) -> Listing:
    """One page of those gained or lost; `address` asks for the same run, whichever was asked for since."""
    rows = visible_rows(found[wanted], user)
    begin = (page - 1) * SIZE
    side = 1 if wanted == "gained" else 0
    return Listing(
        name=wanted,
        rows=changed(rows[begin : begin + SIZE], threshold=found["thresholds"][side]),
        total=len(rows),
        hidden=len(found[wanted]) - len(rows),
        before=f"{address}&list={wanted}&page={page - 1}" if page > 1 else "",
        after=f"{address}&list={wanted}&page={page + 1}" if begin + SIZE < len(rows) else "",
        tabs=[
            {
                "label": {"gained": _("Gained"), "lost": _("Lost")}[name],
                "url": f"{address}&list={name}",
                "count": len(found[name]),
                "current": name == wanted,
            }
            for name in LISTS
        ],
    )


def _changed(row: dict[str, Any], lead: Lead, threshold: float) -> Changed:
    return Changed(
        lead=lead,
        at=datetime.fromisoformat(row["at"]),
        why=passed_in_words(row, threshold),
        why_not=row["failed"],
        tier=row["tier"],
        became=decision_in_words(row["decision"], row["deal"]),
    )
