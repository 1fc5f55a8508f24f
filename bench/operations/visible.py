"""How long a request for a demo takes until its rep can see it, who looks for news of the queue all the time."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from itertools import count

from django.db.models import Max
from django.utils import timezone

from bench.bench import CLIENTS, WARM_UP, Bench, headers_of
from bench.meter import quantile
from bench.operations.signals import PATH, demo_request
from bench.result import Result
from leads import api_keys
from leads.models import User
from routing.models import Handoff

KEEPS_DATA = True  # for the operations that follow
GOAL = "p99 ≤ 250 ms"
CREATED, OK, NO_CONTENT = 201, 200, 204


class Seeing:
    """Senders who each send a request and look into the queue of whoever receives it until it is there."""

    def __init__(self, bench: Bench) -> None:
        key = api_keys.issue("website", now=timezone.now())
        self._port, self._accounts = bench.baton.port, bench.scale.accounts
        self._key = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
        receivers = User.objects.filter(rep__isnull=False, is_active=True)
        self._signed_in = {user.email: headers_of(user) for user in receivers}
        self._newest = Handoff.objects.aggregate(newest=Max("pk"))["newest"] or 0
        self._numbers = count(1)
        self.milliseconds: list[float] = []
        self.faults: list[Exception] = []

    def keep_on(self, seconds: float) -> None:
        """Send and look, one request after the other, for so long."""
        ends_at = time.perf_counter() + seconds
        try:
            while time.perf_counter() < ends_at and not self.faults:
                self.milliseconds += self._seen()
        except (OSError, ValueError) as fault:
            self.faults.append(fault)

    def _seen(self) -> Iterator[float]:
        number = next(self._numbers)
        payload = demo_request(f"seen-{number}", company=1 + number * 7919 % self._accounts)
        began = time.perf_counter()
        status, answer = self._ask(PATH, self._key, json.dumps(payload))
        if status != CREATED:
            raise ValueError(answer)
        handoff = json.loads(answer)["handoff"]
        if handoff["assignee"] is None:  # nobody is free: the managers are told, and no rep sees it
            return
        looked = f"/queue/arrivals/?tab=mine&after={min(self._newest, handoff['id'] - 1)}"
        while (found := self._ask(looked, self._signed_in[handoff["assignee"]]))[0] == NO_CONTENT:
            pass
        if found[0] != OK:
            raise ValueError(found)
        yield (time.perf_counter() - began) * 1000

    def _ask(self, path: str, headers: dict[str, str], body: str = "") -> tuple[int, bytes]:
        asked = HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            asked.request("POST" if body else "GET", path, body or None, {**headers, "Connection": "close"})
            answer = asked.getresponse()
            return answer.status, answer.read()
        finally:
            asked.close()


def run(bench: Bench) -> list[Result]:
    seeing = Seeing(bench)
    seeing.keep_on(WARM_UP)  # what is read once a process is read now
    seeing.milliseconds.clear()
    threads = [
        threading.Thread(target=seeing.keep_on, args=[bench.scale.seconds * 2]) for _ in range(CLIENTS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if seeing.faults:
        raise seeing.faults[0]
    p50, p95, p99 = (quantile(seeing.milliseconds, percent) for percent in (50, 95, 99))
    figure = f"p50 {p50:.1f}, p95 {p95:.1f}, p99 {p99:.1f} ms of {len(seeing.milliseconds):,}"
    details = {"p50": round(p50, 3), "p95": round(p95, 3), "p99": round(p99, 3)}
    label = f"demo request → seen by its rep, {CLIENTS} senders"
    return [Result(label, figure, "", "", GOAL, is_calm=True, details=details)]
