"""Asks one provider about one company, by its domain: our own table, or an HTTP endpoint (IN-9, P36).

Whatever a provider does (hangs, fails, answers nonsense or without end), asking it ends within its time, in facts, in
"not known there", or in a ProviderFault that says in plain words what went wrong.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import quote

from leads import sealing
from leads.domain import enriched
from leads.domain.addresses import NotAllowed
from leads.models import EnrichmentProvider, EnrichmentRow
from leads.outgoing import Answer, Limits, NotAnswered, Request, send
from leads.sealing import CannotOpen

PLACE = "{domain}"
NOT_KNOWN = (204, 404)


class ProviderFault(Exception):
    """The provider could not be asked, or said nothing that can be used; the message holds no secret."""


class Provider(Protocol):
    """Something that knows companies by their domain."""

    most: int
    """How many questions one sweep asks."""

    def look_up(self, domain: str) -> Mapping[str, Any] | None:
        """What is known of the company at `domain`; None where nothing is. Raises ProviderFault."""


class TableProvider:
    """A table that operations brought as a CSV file."""

    most = 500

    def __init__(self, row: EnrichmentProvider) -> None:
        self._row = row

    def look_up(self, domain: str) -> Mapping[str, Any] | None:
        found = EnrichmentRow.objects.filter(provider=self._row, domain=domain).first()
        return dict(found.facts) if found else None


class HttpProvider:
    """An endpoint that answers `GET address` with one JSON object of facts."""

    most = 20

    def __init__(self, row: EnrichmentProvider) -> None:
        self._row = row

    def look_up(self, domain: str) -> Mapping[str, Any] | None:
        answer = self._ask(domain)
        if answer.status in NOT_KNOWN:
            return None
        if not answer.is_fine:
            raise ProviderFault(f"It answered {answer.status}.")
        if answer.is_cut:
            raise ProviderFault("Its answer is larger than 64 KB.")
        facts, refused = enriched.read(_object_in(answer.body))
        if refused and not facts:
            raise ProviderFault(f"Nothing of it could be read: {', '.join(refused)}.")
        return facts or None

    def _ask(self, domain: str) -> Answer:
        headers = {"Accept": "application/json"}
        if self._row.sealed_key:
            headers["Authorization"] = f"Bearer {_key_of(self._row)}"
        request = Request(address_for(self._row.url, domain), headers=headers, method="GET")
        try:
            return send(request, limits=Limits(seconds=self._row.seconds))
        except NotAllowed as refused:
            raise ProviderFault(str(refused)) from None
        except NotAnswered as failed:
            raise ProviderFault(str(failed)) from None


def provider_of(row: EnrichmentProvider) -> Provider:
    """How the provider is asked."""
    return TableProvider(row) if row.kind == EnrichmentProvider.Kind.TABLE else HttpProvider(row)


def address_for(url: str, domain: str) -> str:
    """The address with the domain in its place, or as its parameter where it has none."""
    safe = quote(domain, safe="")
    if PLACE in url:
        return url.replace(PLACE, safe)
    return f"{url}{'&' if '?' in url else '?'}domain={safe}"


def _key_of(row: EnrichmentProvider) -> str:
    try:
        return sealing.opened(row.sealed_key)
    except CannotOpen:
        raise ProviderFault("Its key was sealed by another installation: enter it again.") from None


def _object_in(body: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise ProviderFault("Its answer is no JSON.") from None
    if not isinstance(said, dict):
        raise ProviderFault("Its answer is no JSON object.")
    return said
