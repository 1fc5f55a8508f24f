"""Who may be the same person as a lead: by name or address within its company, by telephone anywhere; only a hint."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from leads.models import Lead, User

LOOKED_AT = 200
MOST_SHOWN = 3


@dataclass(frozen=True)
class Hint:
    """A lead that may be the same person, and what makes one think so."""

    lead: Lead
    because: str


def of(lead: Lead, *, viewer: User) -> list[Hint]:
    """The likeliest, among those that the viewer may know of; one read of people who share a company or a number."""
    near = Q(account=lead.account_id) if lead.account_id else Q(pk=None)
    if lead.phone:
        near |= Q(phone=lead.phone)
    others = Lead.objects.visible_to(viewer).filter(near, merged_into=None).exclude(pk=lead.pk)
    compared = ((other, _because(lead, other)) for other in others.order_by("-pk")[:LOOKED_AT])
    return [Hint(other, because) for other, because in compared if because][:MOST_SHOWN]


def _because(lead: Lead, other: Lead) -> str:
    """Why the two may be one person; nothing where they are two."""
    same_company = lead.account_id is not None and lead.account_id == other.account_id
    if lead.phone and lead.phone == other.phone and (not same_company or _alike(lead, other)):
        return "same telephone number"
    if not same_company:
        return ""
    if _name(lead) and _name(lead) == _name(other):
        return "same name, same company"
    mine, theirs = _mailbox(lead), _mailbox(other)
    return "nearly the same address" if mine and mine == theirs else ""


def _alike(lead: Lead, other: Lead) -> bool:
    """Colleagues share a switchboard's number: within a company the last name has to be the same too."""
    return lead.last_name.casefold() == other.last_name.casefold()


def _name(lead: Lead) -> str:
    return " ".join(f"{lead.first_name} {lead.last_name}".casefold().split()) if lead.last_name else ""


def _mailbox(lead: Lead) -> str:
    """What stands before the @ without dots, hyphens and what is after a plus."""
    local = lead.email.partition("@")[0].partition("+")[0].casefold()
    return "".join(letter for letter in local if letter.isalnum())
