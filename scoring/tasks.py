"""Background jobs of scoring; each reads the clock and makes one call."""

from celery import shared_task
from django.utils import timezone

from scoring import accounts, decay, rescoring


@shared_task
def decay_engagement() -> int:
    """Account for the weeks that began."""
    return decay.advance(now=timezone.now()).weeks


@shared_task
def rescore_outdated() -> int:
    """Score leads again that an older version scored."""
    return rescoring.rescore_outdated(now=timezone.now())


@shared_task
def refresh_urgency() -> int:
    """Look again at how urgent leads are, now that a day has passed."""
    return rescoring.refresh_urgency(now=timezone.now())


@shared_task
def refresh_accounts() -> int:
    """Look at every account again."""
    return accounts.refresh_all(now=timezone.now())
