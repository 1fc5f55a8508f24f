"""Who looks after the demo's customers: every company that bought is with customer success from that day on."""

from __future__ import annotations

from leads import accounts
from leads.accounts import Care
from leads.models import Opportunity, User
from revops.demo.organisation import DOMAIN


def look_after_all() -> None:
    """Give each company with a won deal to customer success, as of its first."""
    csm, ops = (User.objects.get(email=f"{name}@{DOMAIN}") for name in ("csm", "ops"))
    won = Opportunity.objects.filter(status=Opportunity.Status.WON, account__csm=None).select_related(
        "account"
    )
    for deal in won.order_by("account_id", "closed_at", "pk").distinct("account_id"):
        if deal.account is None or deal.closed_at is None:
            continue
        care = Care(deal.account.owner, csm, deal.account.is_named)
        accounts.take_care(
            deal.account, care, seen=accounts.edition_of(deal.account), by=ops, now=deal.closed_at
        )
