"""Asks every provider of facts what is due, once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from leads import enrichment
from revops.management.clock import add_now, read_now


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_now(parser)

    def handle(self, *args: Any, now: str, **options: Any) -> None:
        self.stdout.write(f"answered={enrichment.sweep(now=read_now(now))}")
