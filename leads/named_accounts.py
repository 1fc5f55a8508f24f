"""Exchanges a named account that is dead for a fresh one, in one stroke, and takes the exchange back (RT-11)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from leads import audit
from leads.models import Account, User


class OwnedMeanwhile(Exception):
    """One of the two accounts is somebody else's by now; the message names it."""


def exchange(dead: Account, fresh: Account, *, owner: User, by: User, now: datetime) -> None:
    """`owner` gives up `dead` and gets `fresh` as a named account. Raises OwnedMeanwhile."""
    with transaction.atomic():
        _set(dead, owner, None, is_named=False)
        _set(fresh, None, owner, is_named=True)
        _tell(dead, fresh, owner=owner, text=f"{owner} gave up {dead} for {fresh}", by=by, now=now)


def take_back(dead: Account, fresh: Account, *, owner: User, by: User, now: datetime) -> None:
    """Undo an exchange as long as both accounts stand as it left them. Raises OwnedMeanwhile."""
    with transaction.atomic():
        _set(fresh, owner, None, is_named=False)
        _set(dead, None, owner, is_named=True)
        text = f"{owner} has {dead} again and gave back {fresh}"
        _tell(dead, fresh, owner=owner, text=text, by=by, now=now)


def _set(account: Account, came_from: User | None, to: User | None, *, is_named: bool) -> None:
    """Compare and set: only while it is still whose it was."""
    held = Account.objects.filter(pk=account.pk, owner=came_from, is_named=not is_named)
    if not held.update(owner=to, is_named=is_named, needs_score=True):
        raise OwnedMeanwhile(f"{account} is no longer as it was when this was proposed.")


def _tell(dead: Account, fresh: Account, *, owner: User, text: str, by: User, now: datetime) -> None:
    for account in (dead, fresh):
        audit.record(
            "account.exchanged",
            subject=f"account:{account.pk}",
            text=text,
            by=by,
            at=now,
            after={"owner": owner.pk, "dead": dead.pk, "fresh": fresh.pk},
        )
