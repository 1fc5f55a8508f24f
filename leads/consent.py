"""Heeds what people say about being contacted, and keeps it: a "no" blocks mail and gate, never the record (IN-10).

Each yes and no is a row with its basis, its words, its time and its source. A "no" also goes to the list of those who
are not to be contacted, where it outlives the lead; only a later yes of their own takes it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from leads import prepared, suppressions, timeline
from leads.actors import Job
from leads.domain.signal import SignalIn
from leads.models import ConsentRecord, Lead, Source

INTAKE = Job("intake")
UNSUBSCRIBE = "unsubscribe"
OPT_IN = "opt_in"
Said = ConsentRecord.Said
_reading_a_list = ContextVar("reading_a_list", default=False)


@contextmanager
def of_a_list() -> Iterator[None]:
    """What is read inside was brought by others: an agreement that has no time of its own lifts no refusal (P40)."""
    token = _reading_a_list.set(True)
    try:
        yield
    finally:
        _reading_a_list.reset(token)


def heed(
    lead: Lead, signal: SignalIn, *, source: Source, refused_since: datetime | None, now: datetime
) -> None:
    """Keep what the signal says about being contacted; suppress the lead on a "no", of today or of old.

    Of somebody new, `refused_since` says since when their address is on the list.
    """
    told = record_of(lead, signal, source=source, now=now)
    if told is not None:
        prepared.store_later([told])
    if signal.type == UNSUBSCRIBE:
        suppressions.refuse(lead, by=INTAKE, now=now)
        if lead.suppressed_at is None:
            _set(lead, signal.occurred_at, "Unsubscribed: no more mail", now=now)
        return
    if refused_since is not None:
        _set(lead, refused_since, "On the list of those who are not to be contacted", now=now)
    if signal.consent.basis == OPT_IN and lead.suppressed_at is not None and _is_later(signal, lead):
        _lift(lead, now=now)


def record_of(lead: Lead, signal: SignalIn, *, source: Source, now: datetime) -> ConsentRecord | None:
    """What the signal says about being contacted, not stored yet; None where it says nothing."""
    consent, is_no = signal.consent, signal.type == UNSUBSCRIBE
    if not (is_no or consent.basis or consent.text):
        return None
    return ConsentRecord(
        lead=lead,
        said=Said.NO if is_no else Said.YES,
        at=consent.given_at or signal.occurred_at,
        basis=consent.basis,
        text=consent.text,
        source=source.name,
        recorded_at=now,
    )


def keep_all(told: Iterable[ConsentRecord | None]) -> None:
    """Store what many people said at once."""
    ConsentRecord.objects.bulk_create([each for each in told if each is not None])


def _is_later(signal: SignalIn, lead: Lead) -> bool:
    """Whether the agreement was given after the refusal; one of a list has to say itself when it was."""
    given = signal.consent.given_at or (None if _reading_a_list.get() else signal.occurred_at)
    return given is not None and lead.suppressed_at is not None and given > lead.suppressed_at


def _lift(lead: Lead, *, now: datetime) -> None:
    if suppressions.agree(lead, now=now):
        _set(lead, None, "Opted in again", now=now)


def _set(lead: Lead, suppressed_at: datetime | None, text: str, *, now: datetime) -> None:
    lead.suppressed_at = suppressed_at
    Lead.objects.filter(pk=lead.pk).update(suppressed_at=suppressed_at)
    timeline.record(lead, timeline.Kind.CONSENT, text, by=INTAKE, at=now)
