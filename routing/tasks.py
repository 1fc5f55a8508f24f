"""Background jobs of routing; each reads the clock and makes one call."""

from celery import shared_task
from django.utils import timezone

from routing import left_behind, service_levels


@shared_task
def sweep_service_levels() -> int:
    """Mark the breaches that are due."""
    return service_levels.sweep(now=timezone.now()).breached


@shared_task
def watch_left_behind() -> int:
    """Look for leads that nobody has, and tell."""
    return left_behind.watch(now=timezone.now())
