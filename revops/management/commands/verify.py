"""Recomputes scores and roll-ups, every invariant, and that each change left its line; exits 1 on any violation."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from reports import rollups
from revops import unrecorded
from routing import invariants
from scoring import accounts, verification


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        found = [
            *verification.differences(),
            *accounts.differences(now=timezone.now()),
            *invariants.violations(),
            *unrecorded.violations(),
            *rollups.differences(),
        ]
        for sentence in found:
            self.stdout.write(sentence)
        self.stdout.write(f"violations={len(found)}")
        if found:
            sys.exit(1)
