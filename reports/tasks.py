"""Background jobs of reports; each reads the clock and makes one call."""

from celery import shared_task
from django.utils import timezone

from reports import rollups


@shared_task
def fill_rollups() -> int:
    """Count again what changed."""
    return rollups.fill(now=timezone.now())
