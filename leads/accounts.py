"""What people decide about a company: who cares for it, whether something is in dispute; each change is audited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from leads import audit
from leads.concurrent_edits import edition, require_unchanged
from leads.models import Account, User


@dataclass(frozen=True)
class Care:
    """Who owns a company, who cares for it once it is a customer, and whether it is a named one."""

    owner: User | None
    csm: User | None
    is_named: bool


class NeedsOwner(Exception):
    """A named account goes to its owner, so it needs one."""


def care_of(account: Account) -> dict[str, Any]:
    """What an editor may change, as it stands."""
    return {"owner": account.owner_id, "csm": account.csm_id, "is_named": account.is_named}


def edition_of(account: Account) -> str:
    """The edition of it, for a form to carry."""
    return edition(care_of(account))


@transaction.atomic
def take_care(account: Account, care: Care, *, seen: str, by: User, now: datetime) -> bool:
    """Store who cares for `account` where that is still what was `seen`; False where it says nothing new.

    Raises NeedsOwner and EditedMeanwhile.
    """
    current = Account.objects.select_for_update(no_key=True, of=("self",)).get(pk=account.pk)
    before, people = care_of(current), {"owner": care.owner, "csm": care.csm}
    after = {
        **{role: person.pk if person else None for role, person in people.items()},
        "is_named": care.is_named,
    }
    if after == before:
        return False
    require_unchanged(before, seen=seen)
    if care.is_named and care.owner is None:
        raise NeedsOwner("A named account goes to its owner: choose one.")
    Account.objects.filter(pk=account.pk).update(**people, is_named=care.is_named)
    account.refresh_from_db()
    audit.record(
        "account.care",
        subject=f"account:{account.pk}",
        text=f"{account}: {_words(care)}",
        by=by,
        at=now,
        before=before,
        after=after,
    )
    return True


def _words(care: Care) -> str:
    named = "named" if care.is_named else "not named"
    csm = f", cared for by {care.csm}" if care.csm else ""
    return f"{named}, owned by {care.owner or 'nobody'}{csm}"


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
