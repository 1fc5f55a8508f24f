"""Background jobs of reports; each asks the database what time it is and makes one call."""

from celery import shared_task

from leads.database_time import database_now
from reports import rollups


@shared_task
def fill_rollups() -> int:
    """Count again what changed."""
    return rollups.fill(now=database_now())
