"""How each scheduled job stands: last run, next run, overdue or not; tells operations once when one is (PF-7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from celery import Task
from django.db.models import Min
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.text import slugify

from leads import job_runs
from leads.domain.notices import Kind
from leads.domain.schedules import next_after, overdue_from
from leads.models import JobRun, Role, User
from leads.outbox import Message, tell
from revops.celery import SCHEDULE, schedule_of

SLUGS = {slugify(job): job for job in SCHEDULE}


@dataclass(frozen=True)
class Standing:
    """How a job stands at one moment."""

    job: str
    last: JobRun | None  # the run that started last
    good_at: datetime | None  # when the last run that ended well started
    next_at: datetime | None
    overdue_from: datetime | None
    is_asked_for: bool
    now: datetime

    @property
    def slug(self) -> str:
        """The job in an address."""
        return slugify(self.job)

    @property
    def is_overdue(self) -> bool:
        """Whether it should have ended well by now."""
        return self.overdue_from is not None and self.now >= self.overdue_from


def standings(*, now: datetime) -> list[Standing]:
    """Every job of the schedule at `now`, in four statements, however long the history is."""
    names = list(SCHEDULE)
    last = {run.job: run for run in JobRun.objects.latest_of_each(names)}
    good = {run.job: run for run in JobRun.objects.latest_of_each(names, JobRun.Status.DONE)}
    asked = set(JobRun.objects.filter(status=JobRun.Status.WAITING).values_list("job", flat=True))
    beating_since = JobRun.objects.aggregate(first=Min("began_at"))["first"]
    return [
        _standing(
            job,
            last=last.get(job),
            good_at=good[job].started_at if job in good else None,
            beating_since=beating_since,
            is_asked_for=job in asked,
            now=now,
        )
        for job in names
    ]


def _standing(
    job: str,
    *,
    last: JobRun | None,
    good_at: datetime | None,
    beating_since: datetime | None,
    is_asked_for: bool,
    now: datetime,
) -> Standing:
    """A job that never ran is measured from the first run of any: since then somebody beats."""
    schedule, since = schedule_of(job), good_at or beating_since
    begun = last.started_at if last is not None else None
    counted_from = max(filter(None, (begun, since)), default=None)
    return Standing(
        job=job,
        last=last,
        good_at=good_at,
        next_at=next_after(schedule, counted_from) if counted_from else None,
        overdue_from=overdue_from(schedule, since) if since else None,
        is_asked_for=is_asked_for,
        now=now,
    )


def watch(*, now: datetime) -> int:
    """Say which runs did not finish, and tell operations, once an episode, of each overdue job; how many are."""
    job_runs.mark_lost(now=now)
    late = [each for each in standings(now=now) if each.is_overdue]
    if late:
        people = list(User.objects.filter(is_active=True, role=Role.OPS))
        for each in late:
            tell(people, _message(each), now=now)
    return len(late)


def run_asked() -> int:
    """Run what somebody asked for by hand: the same code as the schedule's; how many were run."""
    return job_runs.do_asked(_work)


def _work(job: str) -> Callable[[], object]:
    task: Task[[], object] = import_string(SCHEDULE[job][0])
    return task.run


def _message(standing: Standing) -> Message:
    """One for each episode: the key names the last run that ended well."""
    last_good = standing.good_at.isoformat(timespec="seconds") if standing.good_at else "never"
    return Message(
        key=f"job-overdue:{standing.slug}:{last_good}"[:120],
        title=f"The job “{standing.job}” is overdue",
        text=_why(standing),
        path=reverse("job", args=[standing.slug]),
        kind=Kind.FAULT,
    )


def _why(standing: Standing) -> str:
    ended = f"{standing.good_at:%-d %B, %H:%M} UTC" if standing.good_at else "never"
    last = standing.last
    reason = f" The last try: {last.error}" if last is not None and last.error else ""
    return f"Last ended well: {ended}.{reason} Whatever waits for it is kept and done when it runs again."


def overdue(standings: Iterable[Standing]) -> list[Standing]:
    """Those that should have ended well by now."""
    return [each for each in standings if each.is_overdue]
