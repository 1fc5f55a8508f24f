"""The quarterly review of the scoring model: what changed since it was last published or calibrated (SC-18)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from leads import outbox
from leads.domain.notices import Kind
from leads.models import BackgroundRun, Role, User
from leads.outbox import Message
from reports.measures import MARKETINGS
from routing.models import Handoff
from scoring.domain import review as domain
from scoring.domain.review import Decided, ReasonChange
from scoring.models import Scorecard

CALIBRATION = "calibration"
Status = Handoff.Status


@dataclass(frozen=True)
class Auc:
    """How well the criteria told good hand-offs from others, by one calibration."""

    value: float
    at: datetime


@dataclass(frozen=True)
class Review:
    """Two periods of the same length, before and after the model last changed or was calibrated.

    `auc` are the latest calibration that could tell and the one before it about the same ending, where there are.
    """

    since: datetime
    cause: str
    begins: datetime
    until: datetime
    before: Decided
    after: Decided
    reasons: list[ReasonChange]
    auc: list[Auc]


def review(*, now: datetime) -> Review | None:
    """What changed up to `now`; None where no version was ever published."""
    last = _last_change()
    if last is None:
        return None
    since, cause = last
    begins = since - (now - since)
    before, after = _decided(begins, since), _decided(since, now)
    return Review(
        since=since,
        cause=cause,
        begins=begins,
        until=now,
        before=before,
        after=after,
        reasons=domain.reasons(before, after),
        auc=_aucs(),
    )


def remind(*, now: datetime) -> bool:
    """Remind revenue operations once a quarter; whether a reminder is due in this one.

    Told once to each of them, however often this runs; a model that is younger than the quarter needs no review.
    """
    zone = ZoneInfo(settings.ORGANISATION_TIME_ZONE)
    today = now.astimezone(zone).date()
    begins = datetime.combine(domain.quarter_begins(today), time(), tzinfo=zone)
    if not Scorecard.objects.filter(published_at__lt=begins).exists():
        return False
    found = review(now=now)
    if found is None:
        return False
    year, quarter = domain.quarter_of(today)
    message = Message(
        key=f"scoring-review:{year}-{quarter}",
        title=_("Time to review the scoring model"),
        text=" ".join(sentences(found)),
        path=reverse("scoring-review"),
        kind=Kind.REVIEW,
    )
    outbox.tell(User.objects.filter(role=Role.OPS, is_active=True), message, now=now)
    return True


def sentences(found: Review) -> list[str]:
    """The review in a few sentences: since when, acceptance, the reason that moved the most, AUC.

    The day is the organisation’s, for nobody in particular reads them.
    """
    since = found.since.astimezone(ZoneInfo(settings.ORGANISATION_TIME_ZONE))
    told = [
        _("Since %(cause)s on %(day)s:") % {"cause": found.cause, "day": date_format(since, "j F Y")},
        _("%(now)s of hand-offs were accepted, before it %(before)s.")
        % {"now": rate(found.after), "before": rate(found.before)},
    ]
    moved = next((one for one in found.reasons if one.moved), None)
    if moved:
        told.append(
            _("“%(reason)s” is %(now)s of rejections, before it %(before)s.")
            % {
                "reason": moved.reason,
                "now": f"{moved.share_after:.0%}",
                "before": f"{moved.share_before:.0%}",
            }
        )
    if found.auc:
        told.append(_("AUC at the latest calibration: %(auc)s.") % {"auc": f"{found.auc[0].value:.2f}"})
    return told


def rate(decided: Decided) -> str:
    """The acceptance with its base ("61%, 41 of 67"), or that it is too little to tell."""
    base = {"accepted": decided.accepted, "total": decided.total}
    if decided.acceptance is None:
        return _("too few to tell (%(accepted)s of %(total)s)") % base
    return f"{decided.acceptance:.0%}, " + _("%(accepted)s of %(total)s") % base


def _last_change() -> tuple[datetime, str] | None:
    """When the model was last published or calibrated, and which of them it was."""
    published = Scorecard.objects.filter(status=Scorecard.Status.PUBLISHED).first()
    if published is None or published.published_at is None:
        return None
    calibrated = _calibrations().first()
    if calibrated and calibrated.finished_at and calibrated.finished_at > published.published_at:
        return calibrated.finished_at, _("the calibration")
    return published.published_at, _("version %(version)s was published") % {"version": published.version}


def _decided(since: datetime, until: datetime) -> Decided:
    """What people decided, as the report on acceptance counts it; what lapsed or was recalled is no judgement."""
    found = Handoff.objects.filter(
        MARKETINGS,
        status__in=[Status.ACCEPTED, Status.REJECTED],
        decided_at__gte=since,
        decided_at__lt=until,
    )
    accepted, rejected = 0, Counter[str]()
    for status, reason, count in found.values_list("status", "reason__label").annotate(count=Count("pk")):
        if status == Status.ACCEPTED:
            accepted += count
        else:
            rejected[reason] += count
    return Decided(accepted, rejected)


def _calibrations() -> QuerySet[BackgroundRun]:
    done = BackgroundRun.objects.filter(kind=CALIBRATION, status=BackgroundRun.Status.DONE)
    return done.order_by("-finished_at")


def _aucs() -> list[Auc]:
    """The latest that could tell, and the one before it about the same ending."""
    told = _calibrations().filter(result__auc__gt=0)
    latest = told.first()
    if latest is None:
        return []
    same = told.filter(result__target=(latest.result or {}).get("target"))[:2]
    return [Auc(run.result["auc"], run.finished_at) for run in same if run.result and run.finished_at]
