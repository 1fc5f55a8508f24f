"""Keeps very many signals at once, to what `intake` keeps of each: its id claimed, its row, and the answer it got."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from leads import copying, intake
from leads.domain.signal import SignalIn, fingerprint
from leads.models import FailedSignal, Signal, SignalReceipt, Source

RECEIPT = ("source_id", "signal_id", "fingerprint", "answer", "received_at")
WHO_AND_WHAT = frozenset({"signal_id", "type", "occurred_at", "person", "company"})
NO_DETAILS: Mapping[str, Any] = {
    "visitor_id": "",
    "campaign_id": None,
    "depth": 0,
    "utm": {},
    "url": "",
    "referrer": "",
    "self_reported_source": "",
    "consent": {},
    "answers": {},
    "properties": {},
}
"""The details, in their order, of a signal that says no more than who did what: of most rows of a list."""
SIGNAL = (
    "occurred_at",
    "received_at",
    "source_id",
    "signal_id",
    "type_id",
    "lead_id",
    *NO_DETAILS,
    "raw",
)


class Taken(NamedTuple):
    """A signal of a person, with the answer that it gets and the moment at which it came."""

    signal: SignalIn
    lead_id: int
    answer: dict[str, Any]
    at: datetime


def store(taken: Sequence[Taken], *, source: Source) -> None:
    """Claim the ids of many signals, keep them, and remember their answers; raises IntegrityError for an id taken."""
    receipts = (
        (source.id, signal.signal_id, fingerprint(signal), answer, at) for signal, _, answer, at in taken
    )
    copying.stream_rows(SignalReceipt, RECEIPT, receipts)
    copying.stream_rows(Signal, SIGNAL, (row_of(one, source_id=source.id) for one in taken))
    ids = {one.signal.signal_id for one in taken}
    FailedSignal.objects.filter(source=source, signal_id__any_of=ids).delete()


def answered(ids: Collection[str], *, source: Source) -> dict[str, tuple[str, dict[str, Any] | None]]:
    """Those of the ids that were taken before, each with the print of its body and the answer it got."""
    known = SignalReceipt.objects.filter(source=source, signal_id__any_of=ids)
    return {
        name: (body, answer) for name, body, answer in known.values_list("signal_id", "fingerprint", "answer")
    }


def row_of(one: Taken, *, source_id: int) -> tuple[Any, ...]:
    """What `intake.columns_of` says of the signal, in the order of SIGNAL."""
    signal, lead_id, _, at = one
    details = NO_DETAILS if signal.model_fields_set <= WHO_AND_WHAT else intake.details_of(signal)
    own = signal.occurred_at, at, source_id, signal.signal_id, signal.type, lead_id
    return (*own, *details.values(), signal.unknown_fields())
