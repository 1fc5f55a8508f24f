"""Loads the demo company into an empty database; refuses any other, and leaves a loaded one as it is."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leads.models import Lead, User
from revops.demo import history
from revops.demo.organisation import DOMAIN


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        ours = User.objects.filter(email__endswith=f"@{DOMAIN}")
        if User.objects.difference(ours).exists() or (Lead.objects.exists() and not ours.exists()):
            raise CommandError("This database is not a demo's: it holds people or leads of its own.")
        if ours.exists():
            self.stdout.write("The demo company is there already, and is left as it is.")
            return
        began = time.monotonic()
        told = history.tell(now=timezone.now())
        self.stdout.write(
            f"Loaded the demo company: {told.leads:,} people at {told.accounts:,} companies, "
            f"{told.signals:,} signals in {time.monotonic() - began:.0f} s."
        )
