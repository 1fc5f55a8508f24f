"""The `--now` option that every job's command understands."""

from argparse import ArgumentParser
from datetime import datetime

from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime


def add_now(parser: ArgumentParser) -> None:
    """Offer `--now ISO`, so that a job can be run as if at another time."""
    parser.add_argument("--now", default="", help="run as if at this time, such as 2026-11-23T09:00:00+01:00")


def read_now(text: str) -> datetime:
    """The instant that was asked for, or the present one; a time without a zone is refused."""
    if not text:
        return timezone.now()
    try:
        at = parse_datetime(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise CommandError(f"{text!r} is not a time with a zone, such as 2026-11-23T09:00:00+01:00.")
    return at
