"""Background jobs that mix apps; each asks the database what time it is and makes one call."""

from celery import shared_task
from django.conf import settings

from leads import background
from leads.database_time import database_now
from revops import account_facts, alerts, coming_back, pruning, relay, scoring_review, webhook_relay
from revops.background_work import WORK
from revops.jobs import standing as jobs
from revops.outbound import proposals as outbound
from revops.sources import refused


@shared_task
def relay_outbox() -> int:
    """Deliver what is due in the outbox."""
    return relay.deliver_due(now=database_now())


@shared_task
def send_webhooks() -> int:
    """Send what is due to endpoints outside."""
    return webhook_relay.deliver_due(now=database_now())


@shared_task
def retry_failed_signals() -> int:
    """Try kept signals again."""
    return coming_back.retry_failed(now=database_now())


@shared_task
def release_recycled() -> int:
    """End the holds that are over."""
    return coming_back.release_recycled(now=database_now())


@shared_task
def work_off_background() -> int:
    """Compute what somebody asked for."""
    return background.work_off(WORK)


@shared_task
def follow_merges() -> int:
    """Score both sides of what was merged or taken apart."""
    return coming_back.follow_merges(now=database_now())


@shared_task
def remind_scoring_review() -> bool:
    """Remind revenue operations, once a quarter, to look at the scoring model."""
    return scoring_review.remind(now=database_now())


@shared_task
def prune_touches() -> int:
    """Let go of touches that are older than they are kept."""
    return pruning.prune(months=settings.TOUCHES_KEPT_MONTHS, now=database_now())


@shared_task
def watch_handoff() -> int:
    """Tell of what has passed its limit."""
    return alerts.watch(now=database_now())


@shared_task
def watch_senders() -> int:
    """Tell operations of whose calls many are refused."""
    return refused.watch(now=database_now())


@shared_task
def score_accounts() -> int:
    """Score the accounts whose facts, deals or version changed, with their people."""
    return account_facts.score_due(now=database_now())


@shared_task
def propose_outbound() -> int:
    """Propose accounts with a surge of intent for outbound calls."""
    return outbound.propose_surges(now=database_now())


@shared_task
def run_asked_jobs() -> int:
    """Run the jobs that somebody asked for."""
    return jobs.run_asked()


@shared_task
def watch_jobs() -> int:
    """Tell operations of jobs that are overdue."""
    return jobs.watch(now=database_now())
