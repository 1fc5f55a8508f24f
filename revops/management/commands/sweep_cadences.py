"""Ends the cadences that were overtaken or have run their course."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from revops.management.clock import add_now, read_now
from routing import cadence_sweep


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_now(parser)

    def handle(self, *args: Any, now: str, **options: Any) -> None:
        swept = cadence_sweep.sweep(now=read_now(now))
        self.stdout.write(f"stopped={swept.stopped} ended={swept.ended}")
