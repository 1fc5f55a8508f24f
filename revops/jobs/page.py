"""What the pages of jobs show: how each stands in a word and a sentence, and what became of its runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leads.models import JobRun
from revops.jobs import standing as jobs
from revops.jobs.standing import Standing

A_PAGE = 50
A_MINUTE = timedelta(minutes=1)
TONES = {
    JobRun.Status.WAITING: "paused",
    JobRun.Status.RUNNING: "half",
    JobRun.Status.DONE: "met",
    JobRun.Status.FAILED: "fifth",
    JobRun.Status.LOST: "fifth",
}


@dataclass(frozen=True)
class Row:
    """One job in the list."""

    standing: Standing
    name: str
    tone: str
    state: str
    took: str
    is_worse: int  # the worst first

    @property
    def last(self) -> JobRun | None:
        """The run that started last."""
        return self.standing.last

    @property
    def is_due(self) -> bool:
        """Whether the next run may begin at any moment."""
        return self.standing.next_at is not None and self.standing.next_at <= self.standing.now


@dataclass(frozen=True)
class RunLine:
    """One row of a job's history."""

    run: JobRun
    tone: str
    took: str
    longest: str
    who: str


def rows(*, now: datetime) -> list[Row]:
    """Every job, those that need somebody first, otherwise in the order of the schedule."""
    found = [row(each) for each in jobs.standings(now=now)]
    return sorted(found, key=lambda each: -each.is_worse)


def row(standing: Standing) -> Row:
    """How one job stands."""
    tone, state, is_worse = _state(standing)
    took = duration(standing.last.took_ms) if standing.last else ""
    return Row(standing, _named(standing.job), tone, state, took, is_worse)


def _state(standing: Standing) -> tuple[str, str, int]:
    if standing.is_overdue and standing.overdue_from is not None:
        if standing.now - standing.overdue_from < A_MINUTE:
            return "breached", _("Overdue"), 3
        told = _("Overdue for %(span)s")
        return "breached", told % {"span": timesince(standing.overdue_from, standing.now, depth=1)}, 3
    if standing.is_asked_for:
        return "paused", _("Asked for, begins within seconds"), 0
    last = standing.last
    if last is None:
        return "paused", _("Has not run yet"), 0
    worse = 2 if last.status in (JobRun.Status.FAILED, JobRun.Status.LOST) else 0
    return TONES[JobRun.Status(last.status)], str(last.get_status_display()), worse


def history(job: str, *, before: int | None) -> tuple[list[RunLine], bool]:
    """A page of the job's runs, the newest first, and whether older ones follow."""
    runs = JobRun.objects.of_job(job)
    found = list((runs.filter(pk__lt=before) if before else runs)[: A_PAGE + 1])
    return [_run_line(run) for run in found[:A_PAGE]], len(found) > A_PAGE


def _run_line(run: JobRun) -> RunLine:
    tone = TONES[JobRun.Status(run.status)]
    who = str(run.asked_by) if run.asked_by else _("the schedule")
    return RunLine(run, tone, duration(run.took_ms), duration(run.longest_ms), who)


def duration(milliseconds: int | None) -> str:
    """How long something took: "40 ms", "1.4 s", "3 min 5 s"; nothing where it is not known."""
    if milliseconds is None:
        return ""
    span = timedelta(milliseconds=milliseconds)
    if span < timedelta(seconds=1):
        return _("%(n)s ms") % {"n": milliseconds}
    if span < timedelta(minutes=1):
        return _("%(n)s s") % {"n": f"{span.total_seconds():.1f}"}
    minutes, seconds = divmod(round(span.total_seconds()), 60)
    return _("%(minutes)s min %(seconds)s s") % {"minutes": minutes, "seconds": seconds}


def lede(found: list[Row]) -> str:
    """One sentence about all of them."""
    if all(each.last is None for each in found):
        return _("No job has run yet: start a worker and the beat.")
    late = sum(each.standing.is_overdue for each in found)
    if late:
        told = ngettext("%(n)s job is overdue.", "%(n)s jobs are overdue.", late) % {"n": late}
        return told + " " + _("Nothing is lost: what waits for a job is done when it runs again.")
    return _("Everything that Baton does by itself is on time.")


def _named(job: str) -> str:
    return job[:1].upper() + job[1:]
