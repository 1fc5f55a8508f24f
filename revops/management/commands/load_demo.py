"""Loads the demo company into an empty database; refuses any other, and leaves a loaded one as it is."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from revops.demo import history, marker


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        if marker.is_a_demo():
            self.stdout.write("The demo company is there already, and is left as it is.")
            return
        if not marker.is_empty():
            raise CommandError("This database is not a demo's: it holds people or leads of its own.")
        self.stdout.write("Living through half a year of the demo company. This takes a minute or two.")
        began = time.monotonic()
        told = history.tell(now=timezone.now(), present=timezone.now)
        self.stdout.write(
            f"Loaded the demo company: {told.leads:,} people at {told.accounts:,} companies, "
            f"{told.signals:,} signals, {told.handoffs:,} hand-offs in {time.monotonic() - began:.0f} s."
        )
