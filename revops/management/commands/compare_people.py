"""Compares every lead whose facts are new or changed, and proposes who is likely there twice."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from leads import duplicate_sweep
from revops.management.clock import add_now, read_now


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_now(parser)

    def handle(self, *args: Any, now: str, **options: Any) -> None:
        looked = duplicate_sweep.look_at_changed(now=read_now(now))
        self.stdout.write(f"looked={looked}")
