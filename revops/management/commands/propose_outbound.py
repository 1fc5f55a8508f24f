"""Proposes accounts with a surge of intent for outbound calls."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from revops.management.clock import add_now, read_now
from revops.outbound import proposals as outbound


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_now(parser)

    def handle(self, *args: Any, now: str, **options: Any) -> None:
        self.stdout.write(f"proposed={outbound.propose_surges(now=read_now(now))}")
