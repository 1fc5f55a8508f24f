"""Background jobs that mix apps; each reads the clock and makes one call."""

from celery import shared_task
from django.utils import timezone

from revops import pipeline, relay


@shared_task
def relay_outbox() -> int:
    """Deliver what is due in the outbox."""
    return relay.deliver_due(now=timezone.now())


@shared_task
def retry_failed_signals() -> int:
    """Try kept signals again."""
    return pipeline.retry_failed(now=timezone.now())


@shared_task
def release_recycled() -> int:
    """End the holds that are over."""
    return pipeline.release_recycled(now=timezone.now())
