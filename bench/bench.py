"""What every operation is handed: the scale, the servers, the meter, and people who are signed in."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from django.test import Client

from bench.http import request
from bench.meter import Figures, Meter
from bench.peer import Peer
from bench.rounds import Comparison, compare
from bench.scale import Scale
from bench.web import Start, Web, Webs
from leads.models import User

CSRF = "b" * 32
CLIENTS = 8
WARM_UP = 1.0  # seconds
Maker = Callable[[], bytes | None]


@dataclass
class Bench:
    """One run."""

    scale: Scale
    webs: Webs
    meter: Meter = field(default_factory=Meter)
    needs_fresh_data: bool = True

    @property
    def baton(self) -> Web:
        return self.webs.of("revops.wsgi:application")

    @property
    def bare(self) -> Web:
        settings = {**os.environ, "DJANGO_SETTINGS_MODULE": "bench.settings"}
        return self.webs.of("bench.wsgi:application", how=Start(environment=settings))

    def theirs(self, peer: Peer, application: str) -> Web:
        """The peer's server, with as many workers."""
        return self.webs.of(
            application, how=Start(peer.python, peer.environment, health="/healthz/", folder=peer.folder)
        )

    def beside(
        self,
        ours: Maker,
        ceiling: Maker,
        *,
        status: int,
        clients: int = CLIENTS,
        peer: tuple[Web, Maker] | None = None,
    ) -> Comparison[Figures]:
        """Rounds of requests to Baton, and to a peer, between requests to the bare server; all are warm by then."""

        def load(web: Web, make: Maker, *, seconds: float) -> Figures:
            return self.meter.load(web, make, clients=clients, seconds=seconds, expected=(status, 200, 201))

        seconds = self.scale.seconds
        load(self.baton, ours, seconds=WARM_UP)
        load(self.bare, ceiling, seconds=WARM_UP / 2)
        if peer:
            load(*peer, seconds=WARM_UP)
        return compare(
            ours=lambda: load(self.baton, ours, seconds=seconds),
            ceiling=lambda: load(self.bare, ceiling, seconds=seconds / 2),
            peer=(lambda: load(*peer, seconds=seconds)) if peer else None,
            size=lambda figures: figures.per_second,
            rounds=self.scale.rounds,
        )


def bare_insert(body: dict[str, object]) -> Maker:
    """Requests for one durable row with such a body."""
    message = request("POST", "/row/", headers={"Content-Type": "application/json"}, body=json.dumps(body))
    return lambda: message


def bare_page(users: list[User], *, rows: int = 50) -> Maker:
    """Requests for the plain page of these people in turn, of so many rows at most."""
    messages = [request("GET", f"/page/{user.pk}/?rows={rows}") for user in users]
    turn = count()
    return lambda: messages[next(turn) % len(messages)]


def client_of(user: User) -> Client:
    """A client in this process, for counting statements."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    return client


def headers_of(user: User) -> dict[str, str]:
    """What a browser sends in which `user` is signed in."""
    session = client_of(user).cookies["sessionid"].value
    return {"Cookie": f"sessionid={session}; csrftoken={CSRF}", "X-CSRFToken": CSRF}
