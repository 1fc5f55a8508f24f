"""What another open CRM answers on the same servers with as many leads: a lead by the API, and a list of fifty.

Beside its lead stand the signal of a new person, which makes a lead of ours and scores it, and a demo request, which
is handed over as well; beside its list the queue of a rep.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from itertools import count

from django.utils import timezone

from bench import peer
from bench.bench import Bench, Maker, bare_insert, bare_page, client_of, headers_of
from bench.http import request
from bench.meter import statements
from bench.operations.pages import VIEWERS
from bench.operations.signals import PATH, demo_request, post_here
from bench.peer import NoPeer, Peer
from bench.result import Result, of_load
from leads import api_keys
from leads.models import User

KEEPS_DATA = True  # for the operations that follow
APPLICATION = "crm.wsgi:application"
LEADS = "/api/leads/"
DOWNLOAD, DEMO = "content_download", "demo_request"
ON_CREATE, ON_LIST = "≥ 10 × the peer", "≥ 20 × the peer"
numbers = count(1)


def run(bench: Bench) -> list[Result]:
    try:
        found = peer.prepare(bench.webs.state, url=os.environ["BESIDE"], leads=bench.scale.leads)
    except NoPeer as reason:
        return [Result(f"peer, {peer.RELEASE}", str(reason), "", "", "", is_calm=True)]
    return [
        _create(bench, found, DOWNLOAD, label="a new person beside the peer's lead", goal=ON_CREATE),
        _create(bench, found, DEMO, label="a new person handed over beside the peer's lead", goal=""),
        _list(bench, found),
    ]


def _create(bench: Bench, found: Peer, kind: str, *, label: str, goal: str) -> Result:
    """Theirs stores a lead; ours scores it, and what qualifies is routed and has its clocks."""
    mark = f"{timezone.now():%d%H%M%S}"
    key = api_keys.issue("website", now=timezone.now())

    def signal() -> dict[str, object]:
        n = next(numbers)
        company = 1 + n * 7919 % bench.scale.accounts
        return {**demo_request(f"peer-{mark}-{n}", company=company), "type": kind}

    def lead() -> dict[str, object]:
        told = {"title": "VP Marketing", "first_name": "Eva", "last_name": "Klein", "country": "DE"}
        return {
            **told,
            "email": f"{mark}-{next(numbers)}@peer.example",
            "company_name": "C",
            "status": "assigned",
        }

    needed = statements(lambda: post_here(signal(), key))
    ceiling = bare_insert(demo_request("bare", company=1))
    theirs = bench.theirs(found, APPLICATION), _posts(LEADS, lead, token=found.token)
    compared = bench.beside(_posts(PATH, signal, token=key), ceiling, status=201, peer=theirs)
    return of_load(f"{label}, 8 clients", compared, goal=goal, statements=needed)


def _list(bench: Bench, found: Peer) -> Result:
    viewers = list(User.objects.filter(rep__isnull=False).order_by("rep__pk")[:VIEWERS])
    needed = statements(lambda: client_of(viewers[0]).get("/queue/"))
    pages = [request("GET", "/queue/", headers=headers_of(viewer)) for viewer in viewers]
    turn = count()
    listed = request("GET", f"{LEADS}?limit=50&open=true", headers=_headers(found.token))
    compared = bench.beside(
        lambda: pages[next(turn) % len(pages)],
        bare_page(viewers),
        status=200,
        peer=(bench.theirs(found, APPLICATION), lambda: listed),
    )
    label = "queue page beside the peer's list, 50 rows, 8 clients"
    return of_load(label, compared, goal=ON_LIST, statements=needed)


def _posts(path: str, make: Callable[[], dict[str, object]], *, token: str) -> Maker:
    return lambda: request("POST", path, headers=_headers(token), body=json.dumps(make()))


def _headers(token: str) -> dict[str, str]:
    return {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
