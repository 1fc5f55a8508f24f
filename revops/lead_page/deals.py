"""The deals of one lead and of its company, as far as the viewer may know of them (QU-10)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Case, Q, When

from leads.models import Lead, Opportunity, User

SHOWN = 20


def seen(lead: Lead, viewer: User) -> list[Opportunity]:
    """The lead's own deals and its account's that the viewer may know of: its own before others', the newest first."""
    found = Opportunity.objects.visible_to(viewer).filter(_whose(lead))
    own_first = Case(When(lead=lead, then=0), default=1)
    return list(found.select_related("owner", "stage").order_by(own_first, "-created_at", "-pk")[: 2 * SHOWN])


def panel(lead: Lead, deals: Sequence[Opportunity], viewer: User, *, is_any: bool) -> dict[str, Any]:
    """The deals of the lead's account, or of the lead alone; of other teams' only how many are open.

    Where it is known that there is none (not `is_any`), nothing is read.
    """
    shown = [deal for deal in deals if deal.account_id == lead.account_id or not lead.account_id]
    return {
        "opportunities": sorted(shown, key=lambda deal: (deal.created_at, deal.pk), reverse=True)[:SHOWN],
        "open_elsewhere": _open_elsewhere(lead, viewer) if is_any and not viewer.sees_every_lead else 0,
    }


def _open_elsewhere(lead: Lead, viewer: User) -> int:
    of_whom = {"account": lead.account_id} if lead.account_id else {"lead": lead.pk}
    found = Opportunity.objects.filter(**of_whom)
    return found.open().exclude(pk__in=found.visible_to(viewer).values("pk")).count()


def _whose(lead: Lead) -> Q:
    return Q(lead=lead) | Q(account=lead.account_id) if lead.account_id else Q(lead=lead)
