"""Tries again each signal that could not be processed and whose time has come."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from revops import coming_back
from revops.management.clock import add_now, read_now


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_now(parser)

    def handle(self, *args: Any, now: str, **options: Any) -> None:
        through = coming_back.retry_failed(now=read_now(now))
        self.stdout.write(f"through={through}")
