"""One signal over HTTP through the whole pipeline: the longest way, and the everyday one."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from functools import partial
from itertools import count

from django.test import Client
from django.utils import timezone

from bench.bench import CLIENTS, Bench, Maker, bare_insert
from bench.http import request
from bench.meter import statements
from bench.result import Result, of_load
from leads import api_keys
from leads.models import Lead, Source

PATH = "/api/v1/signals"
KEEPS_DATA = True  # for the operations that follow
KNOWN = 5_000
RATE = 24_000  # signals a minute: more than come, and few enough to be counted as they are elsewhere
GOAL = "≥ 0.20, p95 ≤ 60 ms; best ≥ 0.50, ≤ 12 ms"


def run(bench: Bench) -> list[Result]:
    key = api_keys.issue("website", now=timezone.now())
    Source.objects.filter(name="website").update(signals_per_minute=RATE)
    numbers, people = count(1), _known_people(bench.scale.leads)

    def new_person() -> dict[str, object]:
        n = next(numbers)
        return demo_request(f"new-{n}", company=1 + n * 7919 % bench.scale.accounts)

    def known_person() -> dict[str, object]:
        n = next(numbers)
        return page_view(f"view-{n}", email=people[n % len(people)])

    ceiling = bare_insert(demo_request("bare", company=1))
    found = []
    for name, make, at_once in (
        ("new person, demo request → hand-off", new_person, (1, 4, CLIENTS, 16)),
        ("known person, page view", known_person, (1, CLIENTS)),
    ):
        post_here(make(), key)  # what is read once a process is read now
        needed = statements(partial(post_here, make(), key))
        for clients in at_once:
            compared = bench.beside(_requests(make, key), ceiling, status=201, clients=clients)
            label = f"signal, {name}, {clients} client{'s' * (clients > 1)}"
            found.append(of_load(label, compared, goal=GOAL if clients == CLIENTS else "", statements=needed))
    return found


def demo_request(name: str, *, company: int) -> dict[str, object]:
    """A request by somebody new at a company that is known."""
    return {
        "signal_id": name,
        "type": "demo_request",
        "person": {
            "email": f"{name}@company-{company}.example",
            "first_name": "Eva",
            "last_name": f"Klein-{name}",
            "title": "VP Marketing",
            "phone": "+49 30 901820",
            "country": random.choice(["DE", "AT", "US", "GB", "FR", "SE"]),
        },
        "company": {"name": f"Company {company}", "employees": 400, "industry": "Software"},
        "utm": {"source": "google", "medium": "cpc", "campaign": "autumn"},
        "url": "https://www.baton.example/demo",
        "consent": {"basis": "opt_in", "text": "Call me about a demo"},
        "answers": {"critical_event": "contract ends in March"},
    }


def page_view(name: str, *, email: str) -> dict[str, object]:
    """A touch of somebody with a history."""
    return {
        "signal_id": name,
        "type": "page_view",
        "person": {"email": email},
        "url": "https://www.baton.example/pricing",
        "properties": {"depth": 2},
    }


def _requests(make: Callable[[], dict[str, object]], key: str) -> Maker:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
    return lambda: request("POST", PATH, headers=headers, body=json.dumps(make()))


def post_here(payload: dict[str, object], key: str) -> None:
    client = Client(SERVER_NAME="127.0.0.1")
    answer = client.post(
        PATH, payload, content_type="application/json", headers={"Authorization": f"Bearer {key}"}
    )
    if answer.status_code != 201:  # noqa: PLR2004 - Created
        raise ValueError(answer.content)


def _known_people(leads: int) -> list[str]:
    """Addresses drawn from all over the table, the busy ones among them."""
    chosen = random.Random(1).sample(range(1, leads + 1), min(KNOWN, leads))
    return list(Lead.objects.filter(pk__in=chosen).values_list("email", flat=True))
