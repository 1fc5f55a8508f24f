"""Chooses the nurture track of every lead that marketing has, anew."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from revops.management.clock import add_now, read_now
from routing import nurture


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_now(parser)

    def handle(self, *args: Any, now: str, **options: Any) -> None:
        kept = nurture.place_all(now=read_now(now))
        self.stdout.write(f"placed={kept.placed} left={kept.left}")
