"""Delivers what is due in the outbox."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from revops import relay, webhook_relay
from revops.management.clock import add_now, read_now


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_now(parser)

    def handle(self, *args: Any, now: str, **options: Any) -> None:
        at = read_now(now)
        sent = relay.deliver_due(now=at)
        self.stdout.write(f"sent={sent} webhooks={webhook_relay.deliver_due(now=at)}")
