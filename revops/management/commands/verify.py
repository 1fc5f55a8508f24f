"""Recomputes scores from touches and checks every invariant of hand-offs and clocks; exits 1 on any violation."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from revops.management.clock import add_now, read_now
from routing import invariants
from scoring import verification


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_now(parser)

    def handle(self, *args: Any, now: str, **options: Any) -> None:
        found = [
            *verification.differences(now=read_now(now)),
            *invariants.violations(),
        ]
        for sentence in found:
            self.stdout.write(sentence)
        self.stdout.write(f"violations={len(found)}")
        if found:
            sys.exit(1)
