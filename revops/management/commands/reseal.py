"""Seals anew, under SECRET_KEY, every stored secret that an earlier key sealed; exits 1 while one is left."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from revops import resealing
from revops.management.clock import add_now, read_now


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_now(parser)

    def handle(self, *args: Any, now: str, **options: Any) -> None:
        done = resealing.reseal(now=read_now(now))
        for name in done.unreadable:
            self.stderr.write(f"{name}: no key opens it. Set it up anew.")
        if done.changed_meanwhile:
            self.stderr.write("Some were being changed. Run it again.")
        counts = f"sealed={done.anew} already={done.already} changed_meanwhile={done.changed_meanwhile}"
        self.stdout.write(f"{counts} unreadable={len(done.unreadable)}")
        if not done.is_whole:
            sys.exit(1)
