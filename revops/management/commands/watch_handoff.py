"""Tells of each figure of the hand-off that has passed its limit, once an episode."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from revops import alerts
from revops.management.clock import add_now, read_now


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_now(parser)

    def handle(self, *args: Any, now: str, **options: Any) -> None:
        self.stdout.write(f"told={alerts.watch(now=read_now(now))}")
