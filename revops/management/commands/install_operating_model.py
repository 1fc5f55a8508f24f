"""Installs the seeded scorecard, reasons, service levels and rules where there are none."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from revops import operating_model
from revops.management.clock import add_now, read_now


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_now(parser)

    def handle(self, *args: Any, now: str, **options: Any) -> None:
        installed = operating_model.install(now=read_now(now))
        self.stdout.write("installed" if installed else "there already, left as it is")
