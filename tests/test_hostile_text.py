"""Names are text and parameters are values: on every page, for every name and every parameter (P28, P29, P30)."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from copy import deepcopy
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.urls import get_resolver
from django.utils import timezone

from leads.models import Account, Lead, Team, User
from routing.models import Pool, Territory
from tests import factories
from tests.access_ground import Ground
from tests.addresses import EXPECTED, addresses

MARK = "kxq"
NAUGHTY = f"\"'><script>{MARK}()</script><img src=x onerror={MARK}()>{{{{7*7}}}}${{7*7}}\u202e\u0000"
LIVE = re.compile(rf"<script>{MARK}|<img[^>]*onerror={MARK}|49\$", re.IGNORECASE)
TEXTS = (
    "' OR 1=1 --",
    "1; DROP TABLE leads_lead; --",
    "pg_sleep(9)",
    "id) UNION SELECT password FROM leads_user --",
    "-id,owner__password",
    "\u0000\ud800",
    "%00%ff",
    "9" * 400,
    "-1",
    "\u202eabc\U0001f4a9",
)
NAMES = (
    *(
        "q",
        "sort",
        "order",
        "page",
        "after",
        "before",
        "tab",
        "kind",
        "stage",
        "tier",
        "owner",
        "team",
        "status",
    ),
    *(
        "since",
        "until",
        "from",
        "to",
        "period",
        "by",
        "group",
        "source",
        "grade",
        "version",
        "cursor",
        "limit",
        "lead",
    ),
)


def opened(ground: Ground, role: str) -> Iterator[tuple[str, str]]:
    """The name and the address of every page that the role may open."""
    parameters = dict(addresses(get_resolver()))
    for (name, method), told in sorted(EXPECTED.items()):
        if method == "GET" and told[role] == HTTPStatus.OK:
            yield name, ground.path(name, parameters[name])


@pytest.fixture
def naughty(ground: Ground) -> Ground:
    """Everybody and everything is called by something that is markup."""
    text = NAUGHTY.replace("\u0000", "")
    Lead.objects.update(first_name=text, last_name=text, title=text)
    Account.objects.update(name=text, industry=text[:60])
    User.objects.update(name=text)
    for rows in (Team.objects, Pool.objects, Territory.objects):
        for row in rows.all():
            rows.filter(pk=row.pk).update(name=f"{text[:80]}{row.pk}")
    factories.waiting("eve", now=timezone.now(), answers={"pain": text}, self_reported_source=text)
    return ground


@pytest.mark.parametrize("role", ["sdr", "manager", "ops"])
def test_a_name_is_text_on_every_page(naughty: Ground, role: str) -> None:
    client, alive, seen = naughty.client(role), [], 0

    for name, path in opened(naughty, role):
        answer = client.get(path)
        if answer["Content-Type"].startswith("text/html"):
            shown = answer.content.decode()
            seen += MARK in shown
            alive += [f"{name}: {found[0]}" for found in [LIVE.search(shown)] if found]

    assert alive == []
    assert seen > 5


def test_no_parameter_of_any_page_breaks_it(ground: Ground) -> None:
    client, before, broken = ground.client("ops"), Lead.objects.count(), []

    for turn, (name, path) in enumerate(opened(ground, "ops")):
        for start in (turn, turn + 5):  # so that each parameter is every text on some page
            asked = {each: TEXTS[(start + place) % len(TEXTS)] for place, each in enumerate(NAMES)}
            answer = client.get(f"{path}?{urlencode(asked, errors='surrogatepass')}")
            if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                broken.append(f"{name}: {answer.status_code} for {asked}")

    assert broken == []
    assert Lead.objects.count() == before


APPS = ("leads", "scoring", "routing", "reports", "revops")
SENT = re.compile(r"^    (\w+) = (?:forms\.)?\w+Field\(|POST\.get(?:list)?\(\s*\"(\w+)\"", re.MULTILINE)
ANSWERED = (200, 302, 400, 409, 422)


def fields() -> list[str]:
    """Every name by which a view reads something out of a form, as the code of the forms and views says."""
    root = Path(__file__).parent.parent
    code = (path.read_text() for app in APPS for path in (root / app).rglob("*.py"))
    return sorted({one or other for text in code for one, other in SENT.findall(text)})


@pytest.mark.parametrize("role", ["ops", "ae"])
def test_no_field_of_any_form_breaks_it(ground: Ground, role: str) -> None:
    too_long = "9" * (sys.get_int_max_str_digits() + 1)
    client, names, broken = ground.client(role), fields(), []

    for name, parameters in addresses(get_resolver()):
        if EXPECTED[name, "POST"][role] not in ANSWERED:
            continue
        for text in (too_long, NAUGHTY, "-1"):
            signed_in = deepcopy(client.cookies)
            with transaction.atomic():
                answer = client.post(ground.path(name, parameters), dict.fromkeys(names, text))
                transaction.set_rollback(True)
            client.cookies = signed_in
            if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                broken.append(f"{name}: {answer.status_code} for {text[:20]!r}")

    assert len(names) > 50
    assert broken == []
