"""The Celery application and the whole beat schedule in one table.

PostgreSQL is the truth: every job below is a sweep over rows that may run twice, late, or on two machines.
"""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

from celery import Celery, platforms
from celery.beat import Service
from celery.schedules import crontab
from celery.signals import beat_init, before_task_publish, worker_init
from structlog.contextvars import get_contextvars

from leads.domain.schedules import AtTimes, Every, Schedule
from revops import giving_way

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "revops.settings")

app = Celery("baton", task_cls="revops.jobs.recorded_task:RecordedTask")

# job: (task, when, seconds after which a message that nobody took is dropped: the next one does its work)
SCHEDULE: dict[str, tuple[str, Any, int]] = {
    "relay the outbox": ("revops.tasks.relay_outbox", 5, 5),
    "send webhooks": ("revops.tasks.send_webhooks", 5, 5),
    "work off the background": ("revops.tasks.work_off_background", 2, 2),
    "retry failed signals": ("revops.tasks.retry_failed_signals", 30, 30),
    "sweep service levels": ("routing.tasks.sweep_service_levels", 60, 60),
    "follow merges": ("revops.tasks.follow_merges", 5, 5),
    "compare newcomers": ("leads.tasks.compare_newcomers", 60, 60),
    "compare changed people": ("leads.tasks.compare_changed", crontab(minute="11", hour="2"), 43200),
    "watch for leads left behind": ("routing.tasks.watch_left_behind", crontab(minute="*/10"), 600),
    "cover absences": ("routing.tasks.cover_absences", 60, 60),
    "place in nurture": ("routing.tasks.place_in_nurture", crontab(minute="26"), 3600),
    "sweep cadences": ("routing.tasks.sweep_cadences", 60, 60),
    "follow tiers": ("routing.tasks.follow_tiers", 300, 300),
    "score again after a publish": ("scoring.tasks.rescore_outdated", 10, 10),
    # Weeks begin on Monday; hourly, so that a beat that was down on Monday catches up within the hour.
    "decay engagement": ("scoring.tasks.decay_engagement", crontab(minute="1"), 3600),
    "release recycled leads": ("revops.tasks.release_recycled", crontab(minute="11"), 3600),
    "enrich companies": ("leads.tasks.enrich", 60, 60),
    "score accounts": ("revops.tasks.score_accounts", 60, 60),
    "propose outbound calls": ("revops.tasks.propose_outbound", crontab(minute="31", hour="5"), 43200),
    "look at every account": ("scoring.tasks.refresh_accounts", crontab(minute="41", hour="3"), 43200),
    # Once a quarter in effect: whoever was reminded is not reminded again before the next.
    "remind of the scoring review": (
        "revops.tasks.remind_scoring_review",
        crontab(minute="51", hour="6"),
        43200,
    ),
    "fill roll-ups": ("reports.tasks.fill_rollups", 300, 300),
    "watch the hand-off": ("revops.tasks.watch_handoff", crontab(minute="41"), 3600),
    "watch the senders": ("revops.tasks.watch_senders", 600, 600),
    "refresh urgency": ("scoring.tasks.refresh_urgency", crontab(minute="21", hour="3"), 43200),
    "run what was asked for": ("revops.tasks.run_asked_jobs", 5, 5),
    "watch the jobs": ("revops.tasks.watch_jobs", 60, 60),
    "forget old runs": ("leads.tasks.forget_old_runs", crontab(minute="56", hour="2"), 43200),
    "clear steps": ("routing.tasks.clear_steps", crontab(minute="41", hour="2"), 43200),
    "forget old files": ("leads.tasks.forget_old_files", crontab(minute="51", hour="2"), 43200),
    "forget edits": ("leads.tasks.forget_edits", crontab(minute="54", hour="2"), 43200),
    "forget old messages": ("leads.tasks.forget_old_messages", crontab(minute="6", hour="2"), 43200),
    "let go of old touches": ("revops.tasks.prune_touches", crontab(minute="16", hour="1"), 43200),
    "forget guesses": ("leads.tasks.forget_guesses", crontab(minute="56", hour="2"), 43200),
    "prepare partitions": ("leads.tasks.prepare_partitions", crontab(minute="31", hour="2"), 43200),
}

JOB_OF_TASK = {task: job for job, (task, _, _) in SCHEDULE.items()}

app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = {
    job: {"task": task, "schedule": when, "options": {"expires": expires}}
    for job, (task, when, expires) in SCHEDULE.items()
}
app.autodiscover_tasks()


def schedule_of(job: str) -> Schedule:
    """When the job is due, in the words of the page of jobs."""
    when = SCHEDULE[job][1]
    if not isinstance(when, int):
        return AtTimes(frozenset(when.minute), frozenset(when.hour), str(app.conf.timezone))
    return Every(timedelta(seconds=when))


@beat_init.connect
def begin_at_once(sender: Service, **_: Any) -> None:
    """What is due every so many seconds is due as the beat starts: it may have been down for hours (P10)."""
    for entry in sender.scheduler.schedule.values():
        if not isinstance(entry.schedule, crontab):
            entry.last_run_at = entry.default_now() - timedelta(days=1)


@beat_init.connect
def end_between_two_jobs(sender: Service, **_: Any) -> None:
    """Asked to stop, the beat ends once it has sent what it is sending; Celery's own way breaks off in the middle."""
    platforms.signals.update(SIGTERM=lambda *_: sender.stop(), SIGINT=lambda *_: sender.stop())


@worker_init.connect
def give_way(**_: Any) -> None:
    """What workers do can wait for a core a little; whoever looks at a page does wait."""
    giving_way.give_way(giving_way.WORKER)


@before_task_publish.connect
def take_the_request_along(headers: dict[str, Any], **_: Any) -> None:
    """What a task logs names the request that it was asked for by."""
    if request := get_contextvars().get("request_id"):
        headers["request_id"] = request
