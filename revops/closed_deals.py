"""Takes in deals that were closed elsewhere: brings the lead to accepted and won, on the dates that are known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password

from leads import opportunities
from leads.actors import Job
from leads.domain import identity
from leads.domain.csv_mapping import Deal
from leads.models import Lead, Role, Source, User
from revops import pipeline
from revops.pipeline import Kept, Received
from routing import clocks, handoffs
from routing.models import Handoff

IMPORT = Job("import")


class DealNotTakenIn(Exception):
    """What the deal says cannot be; the message says why."""


def take_in(deal: Deal, payload: Mapping[str, Any], *, source: Source, now: datetime) -> Received:
    """Store the deal with its signal `payload`, as of the day it was won; one that is there already stays as it is.

    Nobody knows when sales accepted: the won date is the latest that it can have been, and so it is taken.
    Raises DealNotTakenIn, InvalidSignal, SignalIdReused, and MoveNotAllowed where the lead's stage leads to no deal.
    """
    lead = _lead_of(payload)
    if deal.won_at > now:
        raise DealNotTakenIn(f"The deal was won on {deal.won_on:%-d %B %Y}, which is still to come.")
    if deal.won_at < lead.created_at:
        raise DealNotTakenIn(
            f"The deal was won on {deal.won_on:%-d %B %Y}, before the first contact on {lead.created_at:%-d %B %Y}."
        )
    received = pipeline.receive(payload, source=source, now=deal.won_at)
    if isinstance(received, Kept):
        raise DealNotTakenIn("The deal could not be processed just now.")
    if received.first:
        _accept(lead, deal)
        _win(lead, deal)
    return received


def _lead_of(payload: Mapping[str, Any]) -> Lead:
    email = payload.get("person", {}).get("email", "")
    try:
        return Lead.objects.select_related("account").get(email_key=identity.normalise_email(email).key)
    except (identity.InvalidEmail, Lead.DoesNotExist):
        raise DealNotTakenIn(f"There is no lead {email}: take in the leads before their deals.") from None


def _accept(lead: Lead, deal: Deal) -> None:
    handoff = handoffs.open_handoff_of(lead)
    if handoff is None:
        return
    if handoff.kind == Handoff.Kind.MEETING:  # which the deal itself makes an opportunity
        by = _colleague(deal.owner, Role.AE)
        handoffs.decide(handoff, Handoff.Status.ACCEPTED, by=by, now=deal.won_at)
    else:
        handoffs.record_acceptance(handoff, by=_colleague(deal.sdr, Role.SDR), now=deal.won_at)
    clocks.stop_all(handoff, now=deal.won_at)


def _win(lead: Lead, deal: Deal) -> None:
    lead.refresh_from_db(fields=["stage"])
    opportunity = opportunities.open(
        lead,
        owner=_colleague(deal.owner, Role.AE),
        amount=deal.amount,
        close_on=deal.won_on,
        by=IMPORT,
        now=deal.won_at,
    )
    opportunities.win(opportunity, by=IMPORT, now=deal.won_at)
    clocks.stop_all_of(lead, now=deal.won_at)


def _colleague(email: str, role: Role) -> User:
    """Somebody of whom only an address is known: they own their past and can neither sign in nor receive."""
    try:
        identity.normalise_email(email)
    except identity.InvalidEmail:
        raise DealNotTakenIn(f"“{email[:60]}” is no address of a colleague.") from None
    return User.objects.get_or_create(
        email=email,
        defaults={
            "name": f"{role.label} {email.partition('@')[0][:8]}",
            "role": role,
            "is_active": False,
            "password": make_password(None),
        },
    )[0]
