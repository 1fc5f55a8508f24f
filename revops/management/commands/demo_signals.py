"""Keeps sending new signals to the demo company, one every few seconds, until stopped."""

import signal
import sys
from argparse import ArgumentParser
from contextlib import suppress
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from revops.demo import live


def _stop(number: int, frame: FrameType | None) -> None:
    sys.exit(0)


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=float, default=4.0, help="seconds between two signals")

    def handle(self, *args: Any, every: float, **options: Any) -> None:
        signal.signal(signal.SIGTERM, _stop)
        with suppress(KeyboardInterrupt):
            live.keep_sending(every=every, said=lambda type_: self.stdout.write(type_))
