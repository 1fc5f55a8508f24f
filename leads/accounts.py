"""What people decide about a company: whether something is in dispute with it; each change is audited."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from leads import audit
from leads.models import Account, User


@transaction.atomic
def set_dispute(account: Account, *, in_dispute: bool, by: User, now: datetime) -> bool:
    """Say whether something is in dispute with `account`; False where that was said before (SC-10)."""
    changed = Account.objects.filter(pk=account.pk, in_dispute=not in_dispute).update(
        in_dispute=in_dispute, needs_score=True
    )
    account.refresh_from_db(fields=["in_dispute"])
    if not changed:
        return False
    audit.record(
        "account.dispute",
        subject=f"account:{account.pk}",
        text=f"{account} is in dispute" if in_dispute else f"{account} is in dispute no more",
        by=by,
        at=now,
        before={"in_dispute": not in_dispute},
        after={"in_dispute": in_dispute},
    )
    return True
