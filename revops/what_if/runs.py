"""What a draft would have done: both models over what happened, beside what sales then decided and won (SC-14)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import transaction

from leads import background
from leads.background import CannotRun, Report
from leads.domain.stages import Stage
from leads.models import BackgroundRun, Opportunity, StageVisit, User
from revops.what_if import tally as what_if_tally
from revops.what_if.tally import Followed
from routing.models import Handoff
from scoring import replay, scorecards
from scoring.domain.model import Model
from scoring.domain.passages import ASKED, PASSED
from scoring.domain.weeks import week_of, week_start
from scoring.models import Scorecard
from scoring.replay import Outcome, Period

KIND = "what-if replay"
AT_ONCE = 5000
WEEKS = (4, 13, 26, 52)
_Handed = tuple[datetime, str, str | None, int]
_Deal = tuple[datetime, str]


def ask(scorecard: Scorecard, *, weeks: int, by: User, now: datetime) -> BackgroundRun:
    """Queue a replay of the version over the last `weeks` whole weeks and this one so far."""
    asked = {"version": scorecard.version, "revision": scorecard.revision, "weeks": weeks}
    return background.ask(KIND, asked, by=by, now=now)


def period_of(run: BackgroundRun) -> Period:
    """From the Monday so many weeks ago to the moment at which the run was asked for."""
    zone = settings.ORGANISATION_TIME_ZONE
    first = week_of(run.asked_at, zone) - int(run.parameters["weeks"])
    return Period(week_start(first, zone), run.asked_at)


def work(run: BackgroundRun, report: Report) -> dict[str, Any]:
    """Replay the version that `run` names beside the published one; the answer is that of `what_if_tally`."""
    period = period_of(run)
    version, revision, draft = _draft(int(run.parameters["version"]))
    today = scorecards.published_model()

    def progress(done: int, total: int) -> None:
        report(done, total, step="Going through what leads did")

    outcomes = list(replay.replay(today, draft, period=period, progress=progress))
    report(0, len(outcomes), step="Looking up what sales decided")
    followed = list(_followed(outcomes, report))
    report(len(outcomes), len(outcomes), step="Adding up")
    return {
        "version": version,
        "revision": revision,
        "today": today.version,
        "thresholds": [model.gate.engagement_at_least for model in (today, draft)],
        "since": period.since.isoformat(),
        "until": period.until.isoformat(),
        **what_if_tally.tally(followed, (today, draft), period=period, zone=settings.ORGANISATION_TIME_ZONE),
        "check": what_if_tally.check(_really_qualified(period), followed, version=today.version),
    }


def _draft(number: int) -> tuple[int, int, Model]:
    """The version as it stands at one moment, which its revision names."""
    with transaction.atomic():
        found = Scorecard.objects.select_for_update(no_key=True).filter(version=number).first()
        if found is None:
            raise CannotRun(f"Version {number} is gone.")
        return found.version, found.revision, scorecards.load(found)


def _followed(outcomes: list[Outcome], report: Report) -> Iterator[Followed]:
    """Each passage with what sales made of it, and what came of it."""
    done = 0
    for some in _batches(outcomes):
        ids = {outcome.lead_id for outcome in some}
        handoffs, deals = _handoffs(ids), _deals(ids)
        for outcome in some:
            yield _with(outcome, handoffs[outcome.lead_id], deals[outcome.lead_id])
        done += len(some)
        report(done, len(outcomes), step="Looking up what sales decided")


def _batches(outcomes: Iterable[Outcome]) -> Iterator[list[Outcome]]:
    rest = iter(outcomes)
    while some := list(islice(rest, AT_ONCE)):
        yield some


def _with(outcome: Outcome, handoffs: list[_Handed], deals: list[_Deal]) -> Followed:
    """The passage's first hand-off, and the best that became of its opportunities."""
    holds = outcome.passage.holds
    handed = next((each for each in handoffs if holds(each[0])), None)
    states = {status for created_at, status in deals if holds(created_at)}
    order = (Opportunity.Status.WON, Opportunity.Status.OPEN, Opportunity.Status.LOST)
    deal = next((str(state) for state in order if state in states), "")
    if handed is None:
        return Followed(outcome, deal=deal)
    _, status, rep, version = handed
    return Followed(outcome, decision=status, rep=rep or "", deal=deal, version=version)


def _handoffs(ids: set[int]) -> Mapping[int, list[_Handed]]:
    found: dict[int, list[_Handed]] = defaultdict(list)
    rows = Handoff.objects.filter(lead__in=ids, kind=Handoff.Kind.QUALIFIED).order_by("qualified_at", "id")
    columns = rows.values_list("lead", "qualified_at", "status", "assignee__name", "scorecard_version")
    for lead_id, at, status, rep, version in columns:
        found[lead_id].append((at, status, rep, version))
    return found


def _deals(ids: set[int]) -> Mapping[int, list[_Deal]]:
    found: dict[int, list[_Deal]] = defaultdict(list)
    rows = Opportunity.objects.filter(lead__in=ids).order_by("created_at", "id")
    for lead_id, created_at, status in rows.values_list("lead", "created_at", "status"):
        found[lead_id].append((created_at, status))
    return found


def _really_qualified(period: Period) -> set[tuple[int, datetime]]:
    """Every lead that the gate made an MQL in the period, with the moment."""
    rows = StageVisit.objects.filter(
        stage=Stage.MQL,
        cause__in=(PASSED, ASKED),
        entered_at__gte=period.since,
        entered_at__lt=period.until,
    )
    return set(rows.values_list("lead", "entered_at"))
