"""The list of addresses and domains that are not to be contacted; it outlives erasure, re-import and merge (P40).

An address is kept as a keyed hash alone: the list recognises it when it comes back, and gives it away to nobody.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from leads import prepared, timeline
from leads.actors import Actor, columns
from leads.domain.identity import InvalidEmail, normalise_email
from leads.models import Lead, Suppression

Kind, Origin = Suppression.Kind, Suppression.Origin


REFUSED_SINCE = """
    SELECT min(added_at) FROM leads_suppression
    WHERE lifted_at IS NULL AND (
        (kind = 'ADDRESS' AND value = %(address)s) OR (kind = 'DOMAIN' AND value = ANY(%(domains)s))
    )
"""
"""Since when an address is on the list; to be asked, also in another statement, with what `asked_by` says."""


class NotAnAddress(Exception):
    """The text is neither an address nor a domain; the message says which."""


def hash_of(key: str) -> str:
    """What stands on the list for the address of that key; the same for every way of writing it."""
    return _hash_of(key, settings.SUPPRESSION_KEY.encode())


def refuses(key: str) -> bool:
    """Whether the address of that key, or its domain, is on the list."""
    return Suppression.objects.holding().filter(_meant_by(key)).exists()


def refused_since(key: str) -> datetime | None:
    """Since when the address of that key, or its domain, is on the list; None where it is not."""
    since: datetime | None = prepared.row(REFUSED_SINCE, asked_by(key))[0]
    return since


def asked_by(key: str) -> dict[str, Any]:
    """By which values the list is asked for the address of that key."""
    return {"address": hash_of(key), "domains": _domains(key)}


def refused_among(keys: Iterable[str]) -> set[str]:
    """Those of many keys whose address, or domain, is on the list."""
    secret = settings.SUPPRESSION_KEY.encode()
    hashes = {_hash_of(key, secret): key for key in keys}
    domains = {key: set(_domains(key)) for key in hashes.values()}
    holding = Suppression.objects.holding()
    every_domain = set().union(*domains.values())
    known = set(holding.filter(kind=Kind.DOMAIN, value__any_of=every_domain).values_list("value", flat=True))
    own = holding.filter(kind=Kind.ADDRESS, value__any_of=hashes).values_list("value", flat=True)
    return {hashes[value] for value in own} | {key for key, above in domains.items() if above & known}


def find(text: str) -> Suppression | None:
    """The entry that keeps an address, or a domain, from being contacted. Raises NotAnAddress."""
    kind, value = _read(text)
    holding = Suppression.objects.holding().select_related("lead", "actor")
    if kind == Kind.DOMAIN:
        return holding.filter(kind=kind, value=value).first()
    return holding.filter(_meant_by(value)).first()


def is_entry(text: str) -> bool:
    """Whether the text is an address or a domain."""
    try:
        _read(text)
    except NotAnAddress:
        return False
    return True


def add(texts: Iterable[str], *, origin: Suppression.Origin, by: Actor, now: datetime) -> int:
    """Put addresses and domains on the list, and heed them at once; returns how many are new to it.

    Raises NotAnAddress for the first that is neither, and then nothing is added.
    """
    wanted = list(dict.fromkeys(_read(text) for text in texts))
    keys = [value for kind, value in wanted if kind == Kind.ADDRESS]
    leads = {lead.email_key: lead for lead in Lead.objects.filter(email_key__in=keys)}
    with transaction.atomic():
        before = Suppression.objects.count()
        Suppression.objects.bulk_create(
            [
                Suppression(
                    kind=kind,
                    value=hash_of(value) if kind == Kind.ADDRESS else value,
                    origin=origin,
                    lead=leads.get(value) if kind == Kind.ADDRESS else None,
                    added_at=now,
                    **columns(by),
                )
                for kind, value in wanted
            ],
            ignore_conflicts=True,
        )
        for kind, value in wanted:
            if kind == Kind.DOMAIN:
                _suppress(Q(email_key__endswith=f"@{value}"), by=by, now=now)
        _suppress(Q(email_key__in=keys), by=by, now=now)
        return Suppression.objects.count() - before


def lift(entry: Suppression, *, now: datetime) -> bool:
    """Take an entry off the list; who is suppressed by it stays so until they agree. False when it was off."""
    return bool(Suppression.objects.holding().filter(pk=entry.pk).update(lifted_at=now))


def refuse(lead: Lead, *, by: Actor, now: datetime) -> None:
    """Put the lead's own address on the list: they said so."""
    if lead.email_key:
        _keep([lead], Origin.UNSUBSCRIBE, by=by, now=now)


def agree(lead: Lead, *, now: datetime) -> bool:
    """Take the lead's own address off the list: they agreed. False where their whole domain is on it, which stays."""
    if not lead.email_key:
        return True
    own = Suppression.objects.holding().filter(kind=Kind.ADDRESS, value=hash_of(lead.email_key))
    own.update(lifted_at=now)
    return not refuses(lead.email_key)


def keep_refusals(leads: Sequence[Lead], *, by: Actor, now: datetime) -> None:
    """See to it that whoever of the leads refused is on the list, before their addresses are forgotten."""
    refused = [lead for lead in leads if lead.email_key and any(one.suppressed_at for one in leads)]
    _keep(refused, Origin.ERASURE, by=by, now=now)


def _keep(leads: Sequence[Lead], origin: Suppression.Origin, *, by: Actor, now: datetime) -> None:
    Suppression.objects.bulk_create(
        [
            Suppression(
                kind=Kind.ADDRESS,
                value=hash_of(lead.email_key or ""),
                origin=origin,
                lead=lead,
                added_at=now,
                **columns(by),
            )
            for lead in leads
        ],
        ignore_conflicts=True,
    )


def _suppress(whom: Q, *, by: Actor, now: datetime) -> None:
    """Mark the leads as not to be contacted, and tell the timeline of each."""
    found = list(Lead.objects.filter(whom, suppressed_at__isnull=True).order_by("pk"))
    Lead.objects.filter(pk__in=[lead.pk for lead in found]).update(suppressed_at=now)
    told = "On the list of those who are not to be contacted"
    timeline.record_each(((lead, told, now) for lead in found), timeline.Kind.CONSENT, by=by)


def _meant_by(key: str) -> Q:
    """The address itself, its domain, or one above that."""
    address = Q(kind=Kind.ADDRESS, value=hash_of(key))
    return address | Q(kind=Kind.DOMAIN, value__in=_domains(key))


def _hash_of(key: str, secret: bytes) -> str:
    return hmac.digest(secret, key.encode(), "sha256").hex()


def _domains(key: str) -> list[str]:
    labels = key.rpartition("@")[2].split(".")
    return [".".join(labels[start:]) for start in range(len(labels) - 1)]


def _read(text: str) -> tuple[Suppression.Kind, str]:
    """An address as its key, or a domain in ASCII and lower case, with or without @ in front."""
    typed = text.strip().lower()
    is_address = "@" in typed.lstrip("@")
    try:
        meant = normalise_email(typed if is_address else f"somebody@{typed.lstrip('@')}")
    except InvalidEmail:
        raise NotAnAddress(f"“{text.strip()[:80]}” is neither an e-mail address nor a domain.") from None
    return (Kind.ADDRESS, meant.key) if is_address else (Kind.DOMAIN, meant.domain)
