"""Background jobs of routing; each reads the clock and makes one call."""

from celery import shared_task
from django.utils import timezone

from routing import service_levels


@shared_task
def sweep_service_levels() -> int:
    """Mark the breaches that are due."""
    return service_levels.sweep(now=timezone.now()).breached
