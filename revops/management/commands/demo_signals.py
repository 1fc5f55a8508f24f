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
from revops.demo.live import Sender


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=float, default=4.0, help="seconds between two signals")

    def handle(self, *args: Any, every: float, **options: Any) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _stop)
        if not marker.is_a_demo():
            raise CommandError("There is no demo company in this database: load it with load_demo.")
        sender = Sender.of_the_demo(seed=SEED, random=Random())  # noqa: S311 - a story, not a secret
        while True:
            self._send(sender)
            time.sleep(max(every, 0))

    def _send(self, sender: Sender) -> None:
        """A database that is away for a while is waited for."""
        try:
            self.stdout.write(sender.send(now=timezone.now()))
        except DatabaseError as error:
            self.stderr.write(f"Not sent: {error}")
            connection.close()


def _stop(number: int, frame: FrameType | None) -> None:
    """At once, whatever is going on: a signal in the middle is taken back by its transaction."""
    sys.exit(0)
