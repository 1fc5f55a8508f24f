"""Accounts for the weeks that began since the last run: who fell under the gate's threshold."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from revops.management.clock import add_now, read_now
from scoring import decay


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_now(parser)

    def handle(self, *args: Any, now: str, **options: Any) -> None:
        run = decay.advance(now=read_now(now))
        self.stdout.write(f"weeks={run.weeks} crossed={len(run.crossings)}")
