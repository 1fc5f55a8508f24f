"""Scores the accounts whose facts, deals or version changed; with --all, looks at every one."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from revops import account_facts
from revops.management.clock import add_now, read_now
from scoring import accounts


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_now(parser)
        parser.add_argument("--all", action="store_true", help="look at every account, as each night")

    def handle(self, *args: Any, now: str, **options: Any) -> None:
        score = accounts.refresh_all if options["all"] else account_facts.score_due
        self.stdout.write(f"accounts={score(now=read_now(now))}")
