"""Imports a CSV file of signals; running it again goes on where it stopped and doubles nothing."""

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.utils import timezone

from leads import imports
from leads.domain import csv_mapping
from leads.domain.csv_guess import EXPORTS, mapping_for
from leads.domain.csv_mapping import InvalidMapping, RowMapping
from leads.domain.csv_presets import PRESETS
from leads.domain.csv_values import Dates
from leads.file_imports import Progress
from leads.imports import CsvFile, UnreadableFile
from leads.models import Source
from revops.giving_way import FILE, give_way
from revops.imports.importing import Import, MissingColumns
from revops.imports.refused_rows import RefusedRows


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the CSV file")
        parser.add_argument("--source", required=True, help="whom the signals come from, such as olist")
        how = parser.add_mutually_exclusive_group(required=True)
        how.add_argument("--preset", choices=sorted([*PRESETS, *EXPORTS]), help="a known kind of file")
        how.add_argument("--mapping", type=Path, help="a JSON file that says which column is which field")
        parser.add_argument(
            "--dates", choices=list(Dates), help="what the dates of a preset's file begin with"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and store nothing")

    def run_from_argv(self, argv: list[str]) -> None:
        give_way(FILE)
        super().run_from_argv(argv)

    def handle(self, *args: Any, file: Path, source: str, dry_run: bool, **options: Any) -> None:
        try:
            opened = imports.open_csv(file)
            mapping = _asked(opened, options)
            self._import(opened, mapping, source=source, dry_run=dry_run)
        except (UnreadableFile, InvalidMapping, MissingColumns) as error:
            raise CommandError(str(error)) from error
        except OperationalError as error:
            raise CommandError(f"The database broke off, so run the import again: {error}") from error

    def _import(self, file: CsvFile, mapping: RowMapping, *, source: str, dry_run: bool) -> None:
        notes = [
            mapping.notice,
            "" if file.encoding.startswith("utf") else "It is read as CP1252, not as UTF-8.",
        ]
        self._say(*notes)
        _forgive_lost_commits()
        sender, _ = Source.objects.get_or_create(name=source)
        run = Import(file=file, mapping=mapping, source=sender, now=timezone.now(), dry_run=dry_run)
        counts = dict.fromkeys(("read", "stored", "repeated", "refused"), 0)
        with RefusedRows(file) as refused:
            for done in run.steps(_nobody_watches):
                for refusal in done.refusals:
                    refused.add(refusal)
                counts = {name: count + getattr(done, name) for name, count in counts.items()}
        self._say(f"Refused rows and why: {refused.path}" if counts["refused"] else "")
        self._say(" ".join(f"{name}={count}" for name, count in counts.items()))

    def _say(self, *sentences: str) -> None:
        for sentence in filter(None, sentences):
            self.stdout.write(sentence)


def _forgive_lost_commits() -> None:
    """A machine that dies may forget the last rows, for running the import again stores them."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")


def _nobody_watches(done: Progress) -> None:
    """A command keeps no account of its own: what it stored is its account."""


def _asked(file: CsvFile, options: Mapping[str, Any]) -> RowMapping:
    """How the file is read, by a preset or a mapping of its own, which says itself how its dates are written."""
    name, dates = options["preset"], options["dates"]
    if dates and name not in EXPORTS:
        raise CommandError("--dates goes with the preset of a system; a mapping has a field dates.")
    if not name:
        return _mapping(options["mapping"])
    return PRESETS[name] if name in PRESETS else mapping_for(name, file.header, dates=dates or Dates.YEAR)


def _mapping(path: Path) -> RowMapping:
    try:
        return csv_mapping.parse(json.loads(path.read_text(encoding="utf-8")))
    except InvalidMapping:
        raise
    except OSError as error:
        raise InvalidMapping(f"{path} cannot be read: {(error.strerror or str(error)).lower()}.") from error
    except ValueError as error:
        raise InvalidMapping(f"{path} is not JSON: {error}.") from error
