"""Background jobs of leads; each reads the clock and makes one call."""

from celery import shared_task
from django.utils import timezone

from leads import file_imports, partitions


@shared_task
def prepare_partitions() -> None:
    """See to it that the months to come have their place before the first signal of each."""
    partitions.prepare(now=timezone.now())


@shared_task
def forget_old_files() -> int:
    """Forget files that were brought and left."""
    return file_imports.forget_old(now=timezone.now())
