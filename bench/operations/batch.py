"""An API batch of a thousand signals, one in twenty of which asks for a demo, beside the bare chain in SQL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count, islice
from typing import Any

from django.test import Client
from django.utils import timezone

from bench import bare_chain
from bench.bare_chain import BareRow
from bench.bench import Bench
from bench.result import Result, of_rows
from bench.rounds import compare
from bench.timing import milliseconds
from leads import api_keys
from leads.models import Source

PATH = "/api/v1/signals/batch"
SIZE, BATCHES = 1_000, 5
ONE_IN = 20
COUNTRIES = ("DE", "US", "GB", "FR", "SE")
KINDS = ("page_view", "content_download", "webinar_attended", "email_click")
TITLES = ("VP Marketing", "Head of Sales", "Marketing Manager", "Intern", "CEO", "Sales Engineer")
numbers = count(1)


def run(bench: Bench) -> list[Result]:
    people = somebody(bench.scale.accounts)
    headers = {"authorization": f"Bearer {api_keys.issue('batches', now=timezone.now())}"}
    client = Client(SERVER_NAME="127.0.0.1", headers=headers)
    Source.objects.filter(name="batches").update(signals_per_minute=10**9)  # its rate is not what is measured
    bare_chain.prepare()
    _post(client, json.dumps(_signals(people)))  # what is read once a process is read now
    compared = compare(
        ours=lambda: _batches(people, client),
        ceiling=lambda: milliseconds(lambda: _bare(people)),
        size=float,
        rounds=bench.scale.rounds,
    )
    label = f"API batch of {SIZE:,}, new people, 1 in {ONE_IN} qualifies"
    return [of_rows(label, compared, rows=SIZE * BATCHES, goal="≥ 0.15; best ≥ 0.70")]


def somebody(accounts: int) -> Iterator[dict[str, str]]:
    """People whom nobody knows, of companies most of which are known, without end."""
    for number in numbers:
        company = 1 + number * 7919 % accounts
        yield {
            "mail": f"batch-{number}@company-{company}.example",
            "first": "Eva",
            "last": f"Klein-{number}",
            "title": TITLES[number % len(TITLES)],
            "phone": f"+49 30 {100_000 + number % 900_000}",
            "country": COUNTRIES[number % len(COUNTRIES)],
            "company": f"Company {company}",
            "size": str((10, 40, 400, 4_000)[number % 4]),
            "kind": KINDS[number % len(KINDS)] if number % ONE_IN else "demo_request",
        }


def bare_row(one: dict[str, str]) -> BareRow:
    """What the bare chain reads of somebody."""
    return BareRow(one["mail"], one["country"], int(one["size"]), 5, one["kind"] == "demo_request")


def _signals(people: Iterator[dict[str, str]]) -> list[dict[str, Any]]:
    return [
        {
            "signal_id": one["mail"],
            "type": one["kind"],
            "person": {
                "email": one["mail"],
                "first_name": one["first"],
                "last_name": one["last"],
                "title": one["title"],
                "phone": one["phone"],
                "country": one["country"],
            },
            "company": {"name": one["company"], "employees": int(one["size"])},
        }
        for one in islice(people, SIZE)
    ]


def _batches(people: Iterator[dict[str, str]], client: Client) -> float:
    bodies = [json.dumps(_signals(people)) for _ in range(BATCHES)]
    return milliseconds(lambda: _post(client, *bodies))


def _post(client: Client, *bodies: str) -> None:
    for body in bodies:
        answer = client.post(PATH, body, "application/json")
        statuses = {one["status"] for one in answer.json()["results"]}
        if statuses != {201}:
            raise ValueError(f"A batch was answered by {answer.status_code}, its items by {statuses}.")


def _bare(people: Iterator[dict[str, str]]) -> None:
    for _ in range(BATCHES):
        bare_chain.take(map(bare_row, islice(people, SIZE)), now=timezone.now())
