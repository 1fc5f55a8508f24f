"""Keeps sending new signals to the demo company, one every few seconds, until stopped."""

import signal
import sys
import time
from argparse import ArgumentParser
from random import Random
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.utils import timezone

from revops.demo import marker
from revops.demo.history import SEED
from revops.demo.live import Live


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=float, default=4.0, help="seconds between two signals")

    def handle(self, *args: Any, every: float, **options: Any) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _stop)
        if not marker.is_a_demo():
            raise CommandError("There is no demo company in this database: load it with load_demo.")
        random = Random()  # noqa: S311 - a story, not a secret
        live = Live.of_the_demo(seed=SEED, random=random, now=timezone.now())
        while True:
            self._go_on(live)
            time.sleep(max(every, 0))

    def _go_on(self, live: Live) -> None:
        """A database that is away for a while is waited for."""
        try:
            self.stdout.write(live.go_on(now=timezone.now()))
        except DatabaseError as error:
            self.stderr.write(f"Not sent: {error}")
            connection.close()


def _stop(number: int, frame: FrameType | None) -> None:
    """At once, whatever is going on: a signal in the middle is taken back by its transaction."""
    sys.exit(0)
