"""Background jobs of routing; each asks the database what time it is and makes one call.

A deadline is compared with the database's clock, so that a worker whose own clock jumps acts neither early nor twice.
"""

from celery import shared_task

from leads.database_time import database_now
from routing import cadence_sweep, escalations, left_behind, nurture, successions, tier_changes


@shared_task
def sweep_service_levels() -> int:
    """Mark the breaches that are due and act on the steps that are due."""
    return escalations.sweep(now=database_now()).breached


@shared_task
def cover_absences() -> int:
    """Pass on what is due with somebody who is out, and all that somebody holds who has left."""
    now = database_now()
    return successions.cover_begun(now=now).moved + successions.pass_on_what_leavers_hold(now=now)


@shared_task
def follow_tiers() -> int:
    """Choose the promise anew for running clocks whose lead has another tier since a re-score."""
    return tier_changes.catch_up(now=database_now())


@shared_task
def clear_steps() -> int:
    """Forget the steps that were called off."""
    return escalations.clear(now=database_now())


@shared_task
def watch_left_behind() -> int:
    """Look for leads that nobody has, and tell."""
    return left_behind.watch(now=database_now())


@shared_task
def sweep_cadences() -> int:
    """End the cadences that were overtaken or have run their course."""
    swept = cadence_sweep.sweep(now=database_now())
    return swept.stopped + swept.ended


@shared_task
def place_in_nurture() -> int:
    """Choose everybody's nurture track anew."""
    return nurture.place_all(now=database_now()).placed
