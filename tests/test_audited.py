"""Every address that changes how Baton works leaves a line in the audit: who, what, and where from (PF-3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.forms import BaseForm
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from leads.models import AuditEntry, User
from routing import rejection_reasons, working_hours
from routing.models import RejectionReason
from tests.access_ground import Ground
from tests.addresses import EXPECTED, addresses

DAY = timedelta(days=1)
UNPROCESSABLE = 409

# What operations changes: the address, and what its filled form is changed to.
CHANGES: dict[str, Mapping[str, Any]] = {
    "absence-add": {
        "starts_at": f"{timezone.now() + 20 * DAY:%Y-%m-%dT%H:%M}",
        "ends_at": f"{timezone.now() + 21 * DAY:%Y-%m-%dT%H:%M}",
    },
    "absence-end": {},
    "calendar-edit": {"name": "Other hours", "hours_0": "09:00-12:00"},
    "calendar-remove": {},
    "definitions-edit": {"pipeline_months": "7"},
    "job-run": {},
    "person": {"name": "Axel Other"},
    "person-close": {},
    "outbound-settings": {"surge_days": "9", "quiet_days": "12"},
    "reason-add": {"label": "No such thing", "outcome": "DISQUALIFY"},
    "reason-edit": {"label": "Another word"},
    "reason-move": {"direction": "up"},
    "reason-retire": {},
    "rep-edit": {"daily_cap": "7"},
    "rep-leave": {},
    "service-level-edit": {"amount": "77"},
    "territory-edit": {"post_codes": "10-19"},
    "webhook-switch": {"on": "no"},
    "webhook-rotate": {},
}

LISTS = Path(__file__).parent / "audited"
# These change how Baton works too; the tests of their pages look for the line, for they need more than a filled form.
IN_THEIR_OWN_TESTS = set((LISTS / "in_their_own_tests.txt").read_text().split())
# These work on leads, companies and deals, whose own history says who did what; on a draft, which nobody works by
# until it is published; on oneself; or have something computed.
WORK = set((LISTS / "work.txt").read_text().split())


def filled(client: Client, path: str) -> dict[str, Any]:
    """What the form at the address would send as it stands; nothing where the address shows none."""
    page = client.get(path)
    form = (page.context or {}).get("form") if page.status_code == 200 else None
    if not isinstance(form, BaseForm):
        return {}
    values = {field.html_name: field.value() for field in form}
    return {name: value for name, value in values.items() if value not in (None, False)}


def changed(client: Client, path: str, changes: Mapping[str, Any]) -> AuditEntry | str:
    """The line of the audit that the change leaves, or what is wrong; the change itself is taken back."""
    sent = {**filled(client, path), **changes}
    before = AuditEntry.objects.count()
    with transaction.atomic():
        answer = client.post(path, sent, REMOTE_ADDR="203.0.113.9")
        entry = AuditEntry.objects.select_related("actor").latest("id")
        found = AuditEntry.objects.count()
        transaction.set_rollback(True)
    if answer.status_code >= UNPROCESSABLE:
        return f"refused: {answer.status_code}"
    return entry if found > before else "nothing in the audit"


def test_each_change_is_in_the_audit_with_who_and_where_from(ground: Ground) -> None:
    client, parameters = ground.client("ops"), dict(addresses(get_resolver()))
    wrong = {}

    for name, changes in CHANGES.items():
        entry = changed(client, ground.path(name, parameters[name]), changes)
        if isinstance(entry, str):
            wrong[name] = entry
        elif (entry.actor, entry.came_from) != (ground.people["ops"], "203.0.113.9"):
            wrong[name] = f"by {entry.actor} from {entry.came_from}"

    assert wrong == {}


def test_a_form_that_is_saved_as_it_was_changes_nothing_and_says_nothing(ground: Ground) -> None:
    client = ground.client("ops")
    path = ground.path("reason-edit", ("reason_id",))
    sent = filled(client, path)
    before = AuditEntry.objects.count()

    assert client.post(path, sent).status_code == 302

    assert AuditEntry.objects.count() == before


def test_the_audit_says_from_what_to_what(ground: Ground) -> None:
    client = ground.client("ops")
    path = ground.path("rep-edit", ("rep_id",))

    client.post(path, {**filled(client, path), "daily_cap": "7"})

    entry = AuditEntry.objects.get(action="rep.edited")
    assert (entry.before, entry.after) == ({"daily_cap": None}, {"daily_cap": 7})


def test_an_address_that_operations_may_post_to_is_sorted(ground: Ground) -> None:
    may_post = {
        name
        for (name, method), told in EXPECTED.items()
        if method == "POST" and told["ops"] in (200, 302, 422)
    }

    assert may_post - set(CHANGES) - IN_THEIR_OWN_TESTS - WORK == set()


def test_a_reason_that_is_offered_again_and_a_calendar_of_a_team_are_in_the_audit(
    ground: Ground, olga: User, charlie: User, now: datetime
) -> None:
    assert charlie.team is not None
    reason = RejectionReason.objects.get(pk=ground.ids["reason_id"])

    rejection_reasons.retire(reason, by=olga, now=now)
    rejection_reasons.restore(reason, by=olga, now=now)
    rejection_reasons.restore(reason, by=olga, now=now)
    working_hours.create(
        team=charlie.team, values={"name": "West", "zone": "UTC", "hours": {}}, by=olga, now=now
    )

    told = AuditEntry.objects.filter(at=now, actor=olga).order_by("id").values_list("action", flat=True)
    assert list(told)[-3:] == ["reason.retired", "reason.restored", "calendar.added"]
