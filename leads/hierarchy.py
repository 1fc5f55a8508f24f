"""Says which company belongs to which; the database refuses a group that is a circle (P18)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from leads import audit
from leads.concurrent_edits import EditedMeanwhile
from leads.models import Account, User

NO_CIRCLE = "account_group_is_no_circle"
NOT_ITSELF = "account_is_not_its_own_parent"
HIGHEST = 20
"""So many levels up are shown; who is further away is not."""

# A row that leads back to one already passed ends the walk, so that a circle costs no more than a group.
ABOVE = """
WITH RECURSIVE above (id, parent_id, level) AS (
    SELECT id, parent_id, 0 FROM leads_account WHERE id = %s
    UNION ALL
    SELECT account.id, account.parent_id, above.level + 1
    FROM above JOIN leads_account account ON account.id = above.parent_id
    WHERE above.level < %s
) CYCLE id SET is_circle USING path
SELECT id, is_circle FROM above WHERE level > 0 ORDER BY level
"""


class WouldBeCircle(Exception):
    """The company would belong to itself; the message names the two."""


@dataclass(frozen=True)
class Group:
    """The companies that one belongs to, the nearest first, and whether the way up leads back to itself."""

    above: tuple[Account, ...]
    is_circle: bool


def group_of(account: Account) -> Group:
    """Where `account` stands. Two reads, however large the group, also where its rows make a circle."""
    if account.parent_id is None:
        return Group((), is_circle=False)
    with connection.cursor() as cursor:
        cursor.execute(ABOVE, [account.pk, HIGHEST])
        rows = cursor.fetchall()
    passed = [account_id for account_id, is_circle in rows if not is_circle]
    known = Account.objects.in_bulk(passed)
    above = tuple(known[account_id] for account_id in passed if account_id in known)
    return Group(above, is_circle=any(is_circle for _, is_circle in rows))


def belong(account: Account, *, to: Account | None, seen: int | None, by: User, now: datetime) -> bool:
    """Let `account` belong to another one, or to none; False where it does already.

    `seen` is the one that it belonged to when it was shown. Raises WouldBeCircle and EditedMeanwhile.
    """
    wanted = to.pk if to else None
    if wanted == seen == account.parent_id:
        return False
    try:
        with transaction.atomic():
            if not Account.objects.filter(pk=account.pk, parent=seen).update(parent=to):
                raise EditedMeanwhile
            _write_down(account, to, seen=seen, by=by, now=now)
    except IntegrityError as refused:
        if NO_CIRCLE in str(refused) or NOT_ITSELF in str(refused) or "belong to itself" in str(refused):
            raise WouldBeCircle(_why_not(account, to)) from refused
        raise
    account.parent = to
    return True


def _why_not(account: Account, to: Account | None) -> str:
    if to == account:
        return f"{account} cannot own itself: name the company that owns it."
    return f"{to} belongs to {account} already, so it cannot own it too."


def _write_down(account: Account, to: Account | None, *, seen: int | None, by: User, now: datetime) -> None:
    audit.record(
        "account.group",
        subject=f"account:{account.pk}",
        text=f"{account} belongs to {to}" if to else f"{account} belongs to no other company",
        by=by,
        at=now,
        before={"parent": seen},
        after={"parent": to.pk if to else None},
    )
