"""Signals that are kept with an error and wait to be tried again."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from leads import intake
from leads.models import FailedSignal
from tests import factories


def keep(payload: dict[str, object], *, at: datetime) -> None:
    """Put a signal where one lands that could not be processed."""
    source = factories.source()
    signal = intake.read(payload, source=source, now=at)
    intake.keep_failed(signal, payload, source=source, error=RuntimeError("an outage"), now=at)


def time_passes() -> None:
    """Whatever was put off, or cut off in the middle of an attempt, has waited for long enough."""
    FailedSignal.objects.filter(dead_at__isnull=True).update(retry_at=timezone.now())
