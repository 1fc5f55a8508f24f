"""Reminds revenue operations, once a quarter, to review the scoring model."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from revops import scoring_review
from revops.management.clock import add_now, read_now


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_now(parser)

    def handle(self, *args: Any, now: str, **options: Any) -> None:
        due = scoring_review.remind(now=read_now(now))
        self.stdout.write("reminded" if due else "not due")
