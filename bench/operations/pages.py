"""The pages that a rep lives in: the queue with fifty rows and with five hundred, and a lead."""

from __future__ import annotations

import random
from itertools import count

from bench.bench import Bench, Maker, bare_page, client_of, headers_of
from bench.http import request
from bench.meter import statements
from bench.result import Result, of_load
from leads.models import Lead, User
from routing.models import Handoff

KEEPS_DATA = True  # for the operations that follow
ROWS, MANY_ROWS = 50, 500
FEW = "≤ 8 statements"  # however many rows: one or two of them are for what the open lead's history has
VIEWERS = 8
LEADS_EACH = 100


def run(bench: Bench) -> list[Result]:
    viewers = list(User.objects.filter(rep__isnull=False).order_by("rep__pk")[:VIEWERS])
    return [_queue(bench, viewers), _lead(bench, viewers), _long_queue(bench, viewers)]


def _queue(bench: Bench, viewers: list[User]) -> Result:
    client = client_of(viewers[0])
    client.get("/queue/")  # what is read once a process is read now
    needed = statements(lambda: client.get("/queue/"))
    ours = _turns([request("GET", "/queue/", headers=headers_of(viewer)) for viewer in viewers])
    goal = f"≥ 0.40, {FEW}; best ≥ 1.5, p95 ≤ 15 ms"
    compared = bench.beside(ours, bare_page(viewers), status=200)
    return of_load(f"queue page, {ROWS} rows, 8 clients", compared, goal=goal, statements=needed)


def _long_queue(bench: Bench, viewers: list[User]) -> Result:
    """One rep with five hundred open hand-offs, who looks at them again and again (QU-17)."""
    viewer = _with_many_rows(viewers)
    client = client_of(viewer)
    needed = statements(lambda: client.get("/queue/"))
    ours = _turns([request("GET", "/queue/", headers=headers_of(viewer))])
    compared = bench.beside(ours, bare_page([viewer], rows=MANY_ROWS), status=200, clients=1)
    goal = f"p95 < 300 ms, {FEW}"
    return of_load(f"queue page, {MANY_ROWS} rows, 1 client", compared, goal=goal, statements=needed)


def _with_many_rows(viewers: list[User]) -> User:
    """The last rep, who takes over what waits with those whom nobody looks at."""
    viewer = User.objects.filter(rep__isnull=False).order_by("-rep__pk")[0]
    waiting = Handoff.objects.open().filter(assignee__isnull=False).exclude(assignee__in=[*viewers, viewer])
    missing = MANY_ROWS - Handoff.objects.open().filter(assignee=viewer).count()
    taken = list(waiting.order_by("id").values_list("pk", flat=True)[: max(missing, 0)])
    Handoff.objects.filter(pk__in=taken).update(assignee=viewer, team=viewer.team)
    return viewer


def _lead(bench: Bench, viewers: list[User]) -> Result:
    """Each viewer looks at leads of their team."""
    paths = {viewer: _paths(viewer) for viewer in viewers}
    client, path = client_of(viewers[0]), paths[viewers[0]][0]
    needed = statements(lambda: client.get(path))
    looks = [
        request("GET", path, headers=headers)
        for viewer in viewers
        for headers in [headers_of(viewer)]
        for path in paths[viewer]
    ]
    random.Random(2).shuffle(looks)
    compared = bench.beside(_turns(looks), bare_page(viewers), status=200)
    return of_load("lead page, 8 clients", compared, goal="", statements=needed)


def _paths(viewer: User) -> list[str]:
    leads = list(
        Lead.objects.visible_to(viewer).order_by("pk").values_list("pk", flat=True)[: LEADS_EACH * 10]
    )
    return [f"/leads/{lead}/" for lead in random.Random(2).sample(leads, min(LEADS_EACH, len(leads)))]


def _turns(messages: list[bytes]) -> Maker:
    turn = count()
    return lambda: messages[next(turn) % len(messages)]
