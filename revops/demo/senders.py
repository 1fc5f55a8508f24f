"""How the demo company's sources sign in: the website by key, the webinar tool by webhooks; a warehouse reads."""

from __future__ import annotations

from datetime import datetime

from leads import api_keys, read_keys, sources, webhook_secrets
from leads.concurrent_edits import edition
from leads.models import ReadKey, Role, Source, User
from leads.sources import Wanted

WEBINARS = Wanted(
    allowed_types=("webinar_registered", "webinar_attended"),
    signals_per_minute=600,
    mapping={
        "fields": {
            "type": "webinar_{event}",
            "occurred_at": "{created}",
            "person.email": "{data.contact.email}",
            "person.first_name": "{data.contact.first_name}",
            "company.name": "{data.company}",
        },
        "key": "{id}",
    },
)


def equip(*, begins: datetime) -> None:
    """Give the website a key, the webinar tool its mapping and a secret, and the warehouse a key that reads."""
    ops = User.objects.filter(role=Role.OPS).order_by("pk")[0]
    manager = User.objects.filter(role=Role.MANAGER).order_by("pk")[0]
    api_keys.issue("website", name="Web server", by=ops, now=begins)
    tool = Source.objects.get(name="webinars")
    sources.change(tool, WEBINARS, seen=edition(sources.shown(tool)), by=ops, now=begins)
    webhook_secrets.add(tool, by=ops, now=begins)
    scopes = [ReadKey.Scope.LEADS, ReadKey.Scope.REPORTS]
    read_keys.issue(manager, name="Data warehouse", scopes=scopes, by=ops, now=begins)
