"""Background jobs of scoring; each asks the database what time it is and makes one call."""

from celery import shared_task

from leads.database_time import database_now
from scoring import accounts, decay, rescoring


@shared_task
def decay_engagement() -> int:
    """Account for the weeks that began."""
    return decay.advance(now=database_now()).weeks


@shared_task
def rescore_outdated() -> int:
    """Score leads again that an older version scored."""
    return rescoring.rescore_outdated(now=database_now())


@shared_task
def refresh_urgency() -> int:
    """Look again at how urgent leads are, now that a day has passed."""
    return rescoring.refresh_urgency(now=database_now())


@shared_task
def refresh_accounts() -> int:
    """Look at every account again."""
    return accounts.refresh_all(now=database_now())
