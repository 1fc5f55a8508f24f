"""Puts a CSV file of facts in the place of a provider's table, and makes the provider if there is none."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from leads import enrichment_setup
from leads.actors import Job
from leads.enrichment_setup import Wanted
from leads.imports import UnreadableFile
from leads.models import EnrichmentProvider
from revops.management.clock import add_now, read_now

COMMAND = Job("load_enrichment")


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the provider, as the page of enrichment lists it")
        parser.add_argument(
            "file", type=Path, help="CSV with a column “domain”, and columns named after facts"
        )
        add_now(parser)

    @transaction.atomic
    def handle(self, *args: Any, name: str, file: Path, now: str, **options: Any) -> None:
        at = read_now(now)
        provider = EnrichmentProvider.objects.filter(name=name).first()
        if provider is None:
            wanted = Wanted(name=name, kind=EnrichmentProvider.Kind.TABLE)
            provider = enrichment_setup.create(wanted, by=COMMAND, now=at)
        if provider.kind != EnrichmentProvider.Kind.TABLE:
            raise CommandError(f"“{name}” is an endpoint and has no table.")
        try:
            loaded = enrichment_setup.load_table(provider, file, by=COMMAND, now=at)
        except UnreadableFile as refused:
            raise CommandError(str(refused)) from None
        for problem in loaded.problems:
            self.stderr.write(problem)
        self.stdout.write(f"taken={loaded.taken} passed_over={loaded.passed_over}")
