"""Background jobs of leads; each asks the database what time it is and makes one call."""

from celery import shared_task

from leads import (
    duplicate_sweep,
    enrichment,
    file_imports,
    guesses,
    job_runs,
    partitions,
    refused_calls,
    remembering,
    retention,
)
from leads.database_time import database_now


@shared_task
def prepare_partitions() -> None:
    """See to it that the months to come have their place before the first signal of each."""
    partitions.prepare(now=database_now())


@shared_task
def forget_old_files() -> int:
    """Forget files that were brought and left."""
    return file_imports.forget_old(now=database_now())


@shared_task
def forget_old_runs() -> int:
    """Forget how jobs ended more than thirty days ago."""
    return job_runs.forget_old(now=database_now())


@shared_task
def forget_edits() -> int:
    """Forget all edits of the operating model but the newest."""
    return remembering.forget_old_edits()


@shared_task
def forget_old_messages() -> int:
    """Forget messages that left and dead letters set aside a quarter of a year ago, and calls refused a month ago."""
    now = database_now()
    told = retention.forget_sent(now=now) + retention.forget_set_aside(now=now)
    return told + refused_calls.forget_old(now=now)


@shared_task
def enrich() -> int:
    """Ask providers what is due about companies."""
    return enrichment.sweep(now=database_now())


@shared_task
def forget_guesses() -> int:
    """Forget who guessed at sign-in and gave up."""
    return guesses.sweep(now=database_now())


@shared_task
def compare_newcomers() -> int:
    """Propose whoever came and is likely there already."""
    return duplicate_sweep.look_at_newcomers(now=database_now())


@shared_task
def compare_changed() -> int:
    """Compare every lead whose facts changed since it was last compared."""
    return duplicate_sweep.look_at_changed(now=database_now())
