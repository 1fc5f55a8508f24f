"""The one writer of webhook endpoints: made, changed, switched, given new secrets; each change is audited (PF-8).

A secret is derived from a random seed and the installation's key, so that no copy of the database holds one; the one
before a rotation holds for a day more, so that receivers can change in peace. Those of an earlier SECRET_KEY hold for
as long as it stands among SECRET_KEY_FALLBACKS.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from leads import audit, outbox
from leads.actors import Actor
from leads.concurrent_edits import require_unchanged
from leads.domain import addresses
from leads.models import OutboxMessage, Team, User, WebhookEndpoint
from leads.outgoing import usual_policy

BOTH_HOLD_FOR = timedelta(days=1)


@dataclass(frozen=True)
class Wanted:
    """What an endpoint is to be; an empty address keeps the one it has."""

    name: str
    url: str
    format: str
    kinds: Sequence[str]
    team: Team | None = None


def secret_of(endpoint: WebhookEndpoint) -> str:
    """The signing secret, as Standard Webhooks writes it."""
    return _secret(endpoint.seed, settings.SECRET_KEY)


def secrets_of(endpoint: WebhookEndpoint, *, now: datetime) -> tuple[str, ...]:
    """The secrets that hold at `now`, the newest first: two for a day after a rotation, under each key that holds."""
    both = endpoint.previous_seed and endpoint.previous_until and now < endpoint.previous_until
    seeds = (endpoint.seed, endpoint.previous_seed) if both else (endpoint.seed,)
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return tuple(_secret(seed, key) for key in keys for seed in seeds)


def create(wanted: Wanted, *, by: User, now: datetime) -> WebhookEndpoint:
    """Set up an endpoint that is switched on; raises NotAllowed for an address that may not be called."""
    addresses.read(wanted.url, usual_policy())
    with transaction.atomic():
        values = {**vars(wanted), "kinds": list(wanted.kinds)}
        endpoint = WebhookEndpoint.objects.create(**values, seed=_seed(), created_at=now, created_by=by)
        _audit("webhook.created", endpoint, "set up", by=by, now=now)
    return endpoint


def change(endpoint: WebhookEndpoint, wanted: Wanted, *, seen: str, by: User, now: datetime) -> None:
    """Change what it is, as it was `seen` (an edition of what is shown).

    Raises NotAllowed for an address that may not be called, and EditedMeanwhile where somebody else was first.
    """
    if wanted.url:
        addresses.read(wanted.url, usual_policy())
    with transaction.atomic():
        row = WebhookEndpoint.objects.select_for_update(of=("self",)).get(pk=endpoint.pk)
        before = shown(row)
        require_unchanged(before, seen=seen)
        for name, value in vars(wanted).items():
            setattr(row, name, list(value) if name == "kinds" else value or getattr(row, name))
        row.team = wanted.team
        row.save(update_fields=["name", "url", "format", "kinds", "team"])
        audit.record(
            "webhook.changed",
            subject=f"webhook:{row.pk}",
            text=f"Webhook “{row.name}” changed",
            by=by,
            at=now,
            before=before,
            after=shown(row),
        )


def switch(endpoint: WebhookEndpoint, *, is_on: bool, by: User, now: datetime) -> None:
    """Switch it on, forgetting its failures, or off: then nothing is queued for it, and what waits is kept."""
    with transaction.atomic():
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(is_on=is_on, **FRESH)
        _audit("webhook.switched", endpoint, "switched on" if is_on else "switched off", by=by, now=now)


def resume(endpoint: WebhookEndpoint, *, by: User, now: datetime) -> None:
    """End a pause: what has waited goes out."""
    with transaction.atomic():
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(**FRESH)
        _audit("webhook.resumed", endpoint, "resumed", by=by, now=now)


def rotate(endpoint: WebhookEndpoint, *, by: User, now: datetime) -> str:
    """A new secret, shown this once; each message is signed with the old one too for a day."""
    with transaction.atomic():
        row = WebhookEndpoint.objects.select_for_update(of=("self",)).get(pk=endpoint.pk)
        row.previous_seed, row.previous_until, row.seed = row.seed, now + BOTH_HOLD_FOR, _seed()
        row.save(update_fields=["seed", "previous_seed", "previous_until"])
        _audit("webhook.rotated", row, "given a new secret", by=by, now=now)
    return secret_of(row)


def send_test(endpoint: WebhookEndpoint, *, by: Actor, now: datetime) -> None:
    """Queue a message that says nothing but that it arrived."""
    title = f"A test from Baton to “{endpoint.name}”"
    outbox.publish_test(endpoint, key=f"test:{endpoint.pk}:{now.isoformat()}", title=title, now=now)


def replay(messages: Sequence[OutboxMessage], *, by: User, now: datetime) -> int:
    """Send these once more, with the same ids, so that a receiver that has one already can tell."""
    with transaction.atomic():
        rows = OutboxMessage.objects.filter(pk__in=[one.pk for one in messages], endpoint__isnull=False)
        count = rows.update(attempts=0, due_at=now, sent_at=None, dead_at=None, error="")
        for endpoint in WebhookEndpoint.objects.filter(messages__in=rows).distinct():
            told = f"{count} of its messages sent again"
            _audit("webhook.replayed", endpoint, told, by=by, now=now)
    return count


def set_personal(person: User, url: str, *, now: datetime) -> None:
    """Send a person's news to an address of their own too; raises NotAllowed for one that may not be called."""
    addresses.read(url, usual_policy())
    made = {"name": person.name, "format": WebhookEndpoint.Format.SLACK, "seed": _seed(), "created_at": now}
    WebhookEndpoint.objects.get_or_create(person=person, defaults={**made, "is_on": False})
    WebhookEndpoint.objects.filter(person=person).update(url=url, is_on=True, **FRESH)


def remove_personal(person: User) -> None:
    """Send this person's news nowhere else, and forget the address."""
    WebhookEndpoint.objects.filter(person=person).update(is_on=False, url="")
    OutboxMessage.objects.waiting().filter(endpoint__person=person).delete()


def shown(endpoint: WebhookEndpoint) -> dict[str, object]:
    """What the audit keeps of an endpoint: never its whole address, and nothing of its secrets."""
    return {
        "name": endpoint.name,
        "host": endpoint.host,
        "format": endpoint.format,
        "kinds": list(endpoint.kinds),
        "team": str(endpoint.team) if endpoint.team else "",
    }


FRESH = {
    "paused_at": None,
    "paused_because": "",
    "failures": 0,
    "failing_since": None,
    "rest_until": None,
    "leased_until": None,
}


def _seed() -> str:
    return secrets.token_urlsafe(32)


def _secret(seed: str, secret_key: str) -> str:
    key = salted_hmac("leads.webhooks", seed, secret=secret_key, algorithm="sha256").digest()
    return f"whsec_{base64.b64encode(key).decode()}"


def _audit(action: str, endpoint: WebhookEndpoint, told: str, *, by: User, now: datetime) -> None:
    text = f"Webhook “{endpoint.name}” {told}"
    audit.record(action, subject=f"webhook:{endpoint.pk}", text=text, by=by, at=now, after=shown(endpoint))
