"""Reading by key: leads, hand-offs and reports, of what the key's person may see and nothing else (PF-8, P31)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from leads import read_keys
from leads.models import AuditEntry, Lead, ReadKey, User
from tests import factories
from tests.api_callers import PROBLEM, Caller, reader, sender

pytestmark = pytest.mark.django_db
LEADS, HANDOFFS = "/api/v1/leads", "/api/v1/handoffs"
REPORT = "/api/v1/reports/service-levels"


@pytest.fixture
def met(ana: User, charlie: User) -> list[int]:
    """Three people of Ana's team, who were handed over."""
    now = timezone.now()
    return [factories.waiting(name, now=now).lead_id for name in ("ada", "bea", "cleo")]


def test_leads_are_read_a_page_at_a_time(met: list[int], olga: User) -> None:
    caller = reader(olga)

    first = caller.get(LEADS, {"limit": 2}).json()
    second = caller.get(LEADS, {"limit": 2, "after": first["next"]}).json()

    assert [lead["id"] for lead in [*first["leads"], *second["leads"]]] == met
    assert second["next"] is None
    one = first["leads"][0]
    assert (one["email"], one["stage"], one["owner"]) == ("ada@ada.example", "MQL", "ana@baton.example")
    assert (one["company"]["name"], one["team"]) == ("Ada Software", "DACH")
    assert min(one["fit"], one["engagement"], one["urgency"]) > 0


def test_key_sees_what_its_person_sees(met: list[int], ana: User, charlie: User, mia: User) -> None:
    seen = {
        person.name: [
            len(reader(person).get(url).json()[name])
            for url, name in ((LEADS, "leads"), (HANDOFFS, "handoffs"))
        ]
        for person in (ana, mia, charlie)
    }

    assert seen == {"Ana": [3, 3], "Mia": [3, 3], "Charlie": [0, 0]}
    assert reader(ana).get(f"{LEADS}/{met[0]}").json()["id"] == met[0]
    hidden = reader(charlie).get(f"{LEADS}/{met[0]}")
    assert (hidden.status_code, hidden["Content-Type"]) == (404, PROBLEM)
    assert hidden.content == reader(charlie).get(f"{LEADS}/999999").content
    totals = [reader(person).get(REPORT).json()["total"]["running"] for person in (ana, mia, charlie)]
    assert totals == [3, 3, 0]


def test_leads_and_handoffs_are_filtered(met: list[int], olga: User) -> None:
    caller = reader(olga)
    now = timezone.now().isoformat()

    def ids(url: str, **asked: Any) -> list[int]:
        rows: list[dict[str, int]] = next(iter(caller.get(url, asked).json().values()))
        return [row.get("lead", row["id"]) for row in rows]

    assert ids(LEADS, email="BEA@bea.example") == [met[1]]
    assert ids(LEADS, stage="MQL", owner="ana@baton.example") == met
    assert ids(LEADS, stage="CUSTOMER") == []
    assert ids(LEADS, created_since=now) == []
    assert ids(LEADS, email="not an address") == []
    assert ids(HANDOFFS, lead=met[2], status="OPEN") == [met[2]]
    assert ids(HANDOFFS, status="ACCEPTED") == []
    assert ids(HANDOFFS, assignee="ana@baton.example") == met


def test_report_tells_the_figures_of_the_page(met: list[int], mia: User) -> None:
    report = reader(mia).get(REPORT, {"kind": "REVIEW", "period": "1w"}).json()

    assert (report["kind"], report["total"]["running"], report["total"]["rate"]) == ("REVIEW", 3, None)
    assert [group["label"] for group in report["groups"]["rep"]] == ["Ana"]


@pytest.mark.parametrize(
    ("url", "asked", "field"),
    [
        (LEADS, {"limit": 0}, "limit"),
        (LEADS, {"limit": 101}, "limit"),
        (LEADS, {"after": "1 OR 1=1"}, "after"),
        (LEADS, {"after": 10**30}, "after"),
        (LEADS, {"stage": "NOWHERE"}, "stage"),
        (LEADS, {"owner": "a\x00b"}, "owner"),
        (LEADS, {"created_since": "2026-11-01T00:00:00"}, "created_since"),
        (LEADS, {"order_by": "password"}, "order_by"),
        (HANDOFFS, {"status": "open"}, "status"),
        (HANDOFFS, {"lead": -1}, "lead"),
        (REPORT, {"kind": "nonsense"}, "kind"),
        (REPORT, {"secret": "1"}, "secret"),
        (REPORT, {"period": "custom", "since": "2026-13-01"}, "since"),
        (f"{LEADS}/{10**30}", {}, "lead_id"),
    ],
)
def test_wrong_parameter_is_422_and_named(olga: User, url: str, asked: dict[str, Any], field: str) -> None:
    answer = reader(olga).get(url, asked)

    assert (answer.status_code, answer["Content-Type"]) == (422, PROBLEM)
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_each_scope_opens_only_its_own(olga: User) -> None:
    urls = (LEADS, f"{LEADS}/1", HANDOFFS, REPORT)

    def statuses(*scopes: str) -> list[int]:
        caller = reader(olga, *scopes)
        return [caller.get(url).status_code for url in urls]

    assert statuses("leads:read") == [200, 404, 403, 403]
    assert statuses("handoffs:read") == [403, 403, 200, 403]
    assert statuses("reports:read") == [403, 403, 403, 200]


def test_key_ends_with_its_revocation_or_with_its_person(mia: User, olga: User, now: datetime) -> None:
    revoked, left = reader(mia), reader(olga)
    row = ReadKey.objects.select_related("person").get(person=mia)

    read_keys.revoke(row, by=olga, now=now)
    User.objects.filter(pk=olga.pk).update(is_active=False)

    for caller in (revoked, left, Caller(), Caller("baton_guess"), sender()):
        answer = caller.get(LEADS)
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    told = AuditEntry.objects.filter(subject=f"read-key:{row.pk}").order_by("id")
    assert [entry.action for entry in told] == ["read-key.issued", "read-key.revoked"]


def test_reading_key_sends_nothing(olga: User) -> None:
    refused = reader(olga).post("/api/v1/signals", factories.signal())

    assert refused.status_code == 401
    assert refused.json()["detail"] == "This key reads. Sending signals takes the key of a source."


def test_statements_do_not_grow_with_rows(met: list[int], olga: User) -> None:
    caller = reader(olga)
    caller.get(LEADS)

    def statements(url: str, limit: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert caller.get(url, {"limit": limit}).status_code == 200
        return len(asked)

    assert statements(LEADS, 3) == statements(LEADS, 1) <= 5
    assert statements(HANDOFFS, 3) == statements(HANDOFFS, 1) <= 3


def test_merged_leads_name_where_they_went(met: list[int], olga: User) -> None:
    Lead.objects.filter(pk=met[0]).update(merged_into=met[1])

    rows = reader(olga).get(LEADS).json()["leads"]

    assert [row["merged_into"] for row in rows] == [met[1], None, None]
