"""Ends the holds that are over."""

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
        released = coming_back.release_recycled(now=read_now(now))
        self.stdout.write(f"released={released}")
