"""Callers of the API: whoever sends with a source's key, reads with a person's, or signs a webhook."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.test import Client
from django.utils import timezone

from leads import api_keys, read_keys
from leads.domain import standard_webhooks
from leads.models import User

ONE, BATCH = "/api/v1/signals", "/api/v1/signals/batch"
PROBLEM = "application/problem+json"


@dataclass
class Caller:
    """Somebody with a key; without one, a stranger."""

    key: str = ""
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def post(self, url: str, body: Any, *, content_type: str = "application/json") -> Any:
        raw = body if isinstance(body, bytes | str) else json.dumps(body)
        return self.client.post(url, raw, content_type=content_type, headers=self._headers)

    def get(self, url: str, asked: dict[str, Any] | None = None) -> Any:
        return self.client.get(url, asked or {}, headers=self._headers)

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"} if self.key else {}


def sender(name: str = "website") -> Caller:
    """Who sends with a fresh key of the source."""
    return Caller(api_keys.issue(name, now=timezone.now()))


def reader(person: User, *scopes: str, by: User | None = None) -> Caller:
    """Who reads with a fresh key that sees what the person sees."""
    chosen = scopes or ("leads:read", "handoffs:read", "reports:read")
    return Caller(read_keys.issue(person, name="BI", scopes=chosen, by=by or person, now=timezone.now()))


@dataclass(frozen=True)
class Signed:
    """A message of a webhook, as its sender signed it."""

    body: bytes
    message_id: str
    at: datetime
    signature: str

    @property
    def headers(self) -> dict[str, str]:
        return {
            "webhook-id": self.message_id,
            "webhook-timestamp": str(int(self.at.timestamp())),
            "webhook-signature": self.signature,
        }


def signed(secret: str, body: Any, *, message_id: str, at: datetime | None = None) -> Signed:
    """The body, signed at the moment, or now."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    moment = at or timezone.now()
    signature = standard_webhooks.sign(secret, raw, message_id=message_id, at=moment)
    return Signed(raw, message_id, moment, signature)


def deliver(message: Signed, *, to: str, **changes: str) -> Any:
    """Bring the message to a source's webhook, with some headers changed ("" leaves one out)."""
    headers = {**message.headers, **{name.replace("_", "-"): value for name, value in changes.items()}}
    given = {name: value for name, value in headers.items() if value}
    url = f"/api/v1/webhooks/{to}"
    client = Client(raise_request_exception=False)
    return client.post(url, message.body, content_type="application/json", headers=given)
