"""Creates an API key for a source and prints it, this once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from leads import api_keys


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", help="who will send with the key, such as website")

    def handle(self, *args: Any, source: str, **options: Any) -> None:
        self.stdout.write(api_keys.issue(source, now=timezone.now()))
