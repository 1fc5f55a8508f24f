"""A rep accepts a lead over HTTP, durable; each hand-off is accepted once."""

from __future__ import annotations

import random

from django.test import Client

from bench.bench import CSRF, Bench, Maker, bare_insert, client_of, headers_of
from bench.http import request
from bench.meter import statements
from bench.operations.pages import VIEWERS
from bench.result import Result, of_load
from leads.models import User
from routing.models import Handoff

KEEPS_DATA = True  # for the operations that follow


def run(bench: Bench) -> list[Result]:
    waiting = _waiting()
    sample, rest = waiting[:4], waiting[4:]
    signed_in = [(client_of(handoff.assignee), handoff.pk) for handoff in sample if handoff.assignee]
    needed = statements(lambda: _accept_each(signed_in)) // len(sample)
    ceiling = bare_insert({"csrfmiddlewaretoken": CSRF})
    compared = bench.beside(_requests(rest), ceiling, status=302)
    goal = "≥ 0.40, p95 ≤ 25 ms; best ≥ 0.80"
    return [of_load("accept, 8 clients", compared, goal=goal, statements=needed)]


def _waiting() -> list[Handoff]:
    """What waits with reps whose queues are not looked at."""
    looked_at = (
        User.objects.filter(rep__isnull=False).order_by("rep__pk").values_list("pk", flat=True)[:VIEWERS]
    )
    found = Handoff.objects.open().filter(assignee__isnull=False).exclude(assignee__in=list(looked_at))
    handoffs = list(found.select_related("assignee").order_by("id"))
    random.Random(3).shuffle(handoffs)
    return handoffs


def _requests(handoffs: list[Handoff]) -> Maker:
    people = {user for handoff in handoffs if (user := handoff.assignee)}
    signed_in = {user: headers_of(user) for user in people}
    messages = [
        request("POST", f"/handoffs/{handoff.pk}/accept/", headers=signed_in[handoff.assignee])
        for handoff in handoffs
        if handoff.assignee
    ]
    return lambda: messages.pop() if messages else None


def _accept_each(handoffs: list[tuple[Client, int]]) -> None:
    for client, handoff in handoffs:
        answer = client.post(f"/handoffs/{handoff}/accept/")
        if answer.status_code != 302:  # noqa: PLR2004 - back to the queue
            raise ValueError(answer.content)
