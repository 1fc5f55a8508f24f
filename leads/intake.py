"""Takes signals in: each id once, kept whole, with the answer it got; what fails is kept for a retry (IN-1, IN-14)."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from leads import prepared, quick_rows
from leads.domain.near_names import nearest
from leads.domain.signal import FieldError, InvalidSignal, SignalIn, fingerprint, parse, printed
from leads.json_text import json_text
from leads.models import Campaign, FailedSignal, Lead, Signal, SignalReceipt, SignalType, Source
from leads.remembering import remembered

MOST_ATTEMPTS = 5
FIRST_RETRY = timedelta(minutes=1)
CLAIM = (
    "INSERT INTO leads_signalreceipt (source_id, signal_id, fingerprint, received_at) VALUES (%s, %s, %s, %s) "
    "ON CONFLICT DO NOTHING RETURNING id"
)
REMEMBER = """
    WITH through AS (DELETE FROM leads_failedsignal WHERE source_id = %(source)s AND signal_id = %(signal)s)
    UPDATE leads_signalreceipt SET answer = %(answer)s WHERE id = %(receipt)s
"""
LONGEST_ATTEMPT = timedelta(minutes=1)


class TypeNotAllowed(InvalidSignal):
    """The source may not send signals of this type."""


class SignalIdReused(Exception):
    """The same signal id came again with another body."""


def read(payload: object, *, source: Source, now: datetime) -> SignalIn:
    """The signal that `payload` stands for, with an id; raises InvalidSignal, field by field."""
    return accept(parse(payload, now=now), source=source, now=now)


def accept(signal: SignalIn, *, source: Source, now: datetime) -> SignalIn:
    """What was read, with an id and no time to come, where the source may send it; raises InvalidSignal."""
    _check_type(signal, source=source)
    if signal.occurred_at > now:  # the sender's clock is a little ahead
        signal = signal.model_copy(update={"occurred_at": now})
    return signal if signal.signal_id else _with_id(signal, f"made-{uuid.uuid4().hex}")


def read_again(kept: FailedSignal) -> SignalIn:
    """A kept signal as it was when it came, with the print of the body that claimed its id."""
    signal = _with_id(parse(kept.payload, now=kept.received_at), kept.signal_id)
    claims = SignalReceipt.objects.filter(source=kept.source_id, signal_id=kept.signal_id)
    print_of_it = claims.values_list("fingerprint", flat=True).first()
    return signal if print_of_it is None else printed(signal, print_of_it)


def take(signal: SignalIn, *, source: Source, now: datetime) -> Callable[[], SignalReceipt]:
    """Claim the signal's id for this transaction; a receipt with an answer was already processed.

    Five copies at once: the unique key lets one in, the others wait for it and read its answer (P6). It is asked for
    now, and what came of it is told when that is called.
    """
    print_of_it = fingerprint(signal)
    claimed = prepared.rows_ahead(CLAIM, [source.pk, signal.signal_id, print_of_it, now])
    return partial(_receipt, signal, claimed, source=source, print_of_it=print_of_it)


def _receipt(
    signal: SignalIn, claimed: Callable[[], list[Any]], *, source: Source, print_of_it: str
) -> SignalReceipt:
    """The one that was claimed, or the one of before; raises SignalIdReused."""
    for (key,) in claimed():
        told = {"id": key, "source_id": source.pk, "signal_id": signal.signal_id, "answer": None}
        return quick_rows.kept(SignalReceipt, told, source=source)
    receipt = SignalReceipt.objects.select_for_update().get(source=source, signal_id=signal.signal_id)
    if receipt.fingerprint != print_of_it:
        raise reused(signal.signal_id)
    return receipt


def reused(signal_id: str) -> SignalIdReused:
    """The error of a signal id that came before with another body."""
    return SignalIdReused(f"Signal {signal_id} was received before with another body.")


def store(signal: SignalIn, *, source: Source, lead: Lead | None, now: datetime) -> Signal:
    """Keep the signal with everything that came with it; unknown fields go to `raw`. It does not know its id yet."""
    told = columns_of(signal, source=source, lead_id=lead.pk if lead else None, now=now)
    prepared.insert_later(Signal, [told])
    at_hand = {"source": source, "lead": lead, "campaign": _campaign_of(signal)}
    return quick_rows.kept(Signal, {"id": None, **told}, **at_hand)


def columns_of(signal: SignalIn, *, source: Source, lead_id: int | None, now: datetime) -> dict[str, Any]:
    """What the row of a signal says, by column."""
    return {
        "occurred_at": signal.occurred_at,
        "received_at": now,
        "source_id": source.pk,
        "signal_id": signal.signal_id,
        "type_id": signal.type,
        "lead_id": lead_id,
        **details_of(signal),
        "raw": signal.unknown_fields(),
    }


def details_of(signal: SignalIn) -> dict[str, Any]:
    """What the row says of the touch itself, beside its type and time."""
    campaign = _campaign_of(signal)
    return {
        "visitor_id": signal.visitor_id,
        "campaign_id": campaign.pk if campaign else None,
        "depth": signal.depth,
        "utm": _dumped(signal, "utm"),
        "url": signal.url,
        "referrer": signal.referrer,
        "self_reported_source": signal.self_reported_source,
        "consent": _dumped(signal, "consent"),
        "answers": signal.answers,
        "properties": signal.properties,
    }


def _dumped(signal: SignalIn, part: str) -> dict[str, Any]:
    """A part of the signal as it is kept; most signals come without it."""
    if part not in signal.model_fields_set:
        return {}
    dumped: dict[str, Any] = getattr(signal, part).model_dump(mode="json", exclude_defaults=True)
    return dumped


def remember_answer(receipt: SignalReceipt, answer: dict[str, Any]) -> None:
    """Keep the answer, so that the same signal gets it again."""
    prepared.run_later(
        REMEMBER,
        {
            "receipt": receipt.pk,
            "answer": json_text(answer),
            "source": receipt.source_id,
            "signal": receipt.signal_id,
        },
    )


@transaction.atomic
def keep_failed(
    signal: SignalIn,
    payload: object,
    *,
    source: Source,
    error: Exception,
    now: datetime,
    qualified_elsewhere: str = "",
    bought: bool = False,
) -> SignalReceipt:
    """Keep a signal that could not be processed, and what it came with; one kept already waits for its next try.

    Its id is claimed by its body, with no answer yet: raises SignalIdReused for another body. Where a copy of it has
    gone through meanwhile, nothing is kept, and the receipt has the answer.
    """
    claimed = {"fingerprint": fingerprint(signal), "received_at": now}
    receipt, _ = SignalReceipt.objects.select_for_update().get_or_create(
        source=source, signal_id=signal.signal_id, defaults=claimed
    )
    if receipt.fingerprint != claimed["fingerprint"]:
        raise reused(signal.signal_id)
    if receipt.answer is None:
        kept = {
            "payload": payload,
            "error": repr(error),
            "received_at": now,
            "retry_at": now + FIRST_RETRY,
            "qualified_elsewhere": qualified_elsewhere,
            "bought": bought,
        }
        FailedSignal.objects.get_or_create(source=source, signal_id=signal.signal_id, defaults=kept)
    return receipt


def claim_for_retry(*, now: datetime) -> FailedSignal | None:
    """The next kept signal whose time has come, for one attempt of a minute; two sweeps never take the same one.

    The attempt counts before it is made, so that a signal that ends its worker becomes a dead letter too.
    """
    due = FailedSignal.objects.filter(dead_at__isnull=True, retry_at__lte=now).order_by("retry_at", "id")
    with transaction.atomic():
        unclaimed = due.select_for_update(of=("self",), skip_locked=True).select_related("source")
        while (kept := unclaimed.first()) is not None:
            if kept.attempts < MOST_ATTEMPTS:
                kept.attempts += 1
                _write(kept, attempts=kept.attempts, retry_at=now + LONGEST_ATTEMPT)
                return kept
            _write(kept, error=f"The last attempt ended its worker. Before: {kept.error}", **_dead(now))
    return None


def retry_again(kept: FailedSignal, *, now: datetime) -> None:
    """Give a dead letter another five attempts, beginning now."""
    again_all(FailedSignal.objects.filter(pk=kept.pk), now=now)


def again_all(kept: QuerySet[FailedSignal], *, now: datetime) -> int:
    """Give each of these another five attempts, beginning now, also what was set aside; returns how many."""
    fresh = {"attempts": 0, "dead_at": None, "retry_at": now}
    return kept.update(**fresh, set_aside_at=None, set_aside_by=None, set_aside_because="")


def put_off(kept: FailedSignal, *, error: Exception, now: datetime) -> None:
    """The claimed attempt failed: wait twice as long, or give up after the fifth."""
    wait = {"retry_at": now + FIRST_RETRY * 2**kept.attempts}
    _write(kept, error=repr(error), **(_dead(now) if kept.attempts >= MOST_ATTEMPTS else wait))


def source_label(signal: Signal) -> str:
    """Where the lead came from, as people call it: the campaign, the UTM source, or the sender."""
    if signal.campaign is not None:
        return signal.campaign.name
    return _label(str(signal.utm.get("source") or ""), signal.source)


def source_label_of(signal: SignalIn, *, source: Source) -> str:
    """The same of a signal that is not stored yet."""
    campaign = _campaign_of(signal)
    return campaign.name if campaign else _label(signal.utm.source, source)


def _label(utm_source: str, source: Source) -> str:
    """Blanks around it say nothing, and a source that is nothing but blanks is none."""
    return (utm_source.strip() or source.name)[:200].rstrip()


def _dead(now: datetime) -> dict[str, datetime | None]:
    return {"dead_at": now, "retry_at": None}


def _write(kept: FailedSignal, **changes: object) -> None:
    FailedSignal.objects.filter(pk=kept.pk).update(**changes)


def _check_type(signal: SignalIn, *, source: Source) -> None:
    """Refuse a type that nobody configured or that the source may not send."""
    if source.allowed_types and signal.type not in source.allowed_types:
        raise TypeNotAllowed((FieldError("type", f"{source} may not send signals of type {signal.type}."),))
    if not _is_known(signal.type):
        raise InvalidSignal((FieldError("type", no_such_type(signal.type)),))


def no_such_type(written: str) -> str:
    """The sentence for a type of signal that there is not, with the nearest that there are."""
    return f"There is no signal type {written}.{nearest(written, _types())}"


@remembered
def _is_known(signal_type: str) -> bool:
    return SignalType.objects.filter(code=signal_type).exists()


@remembered
def _types() -> list[str]:
    return list(SignalType.objects.order_by("code").values_list("code", flat=True))


def _with_id(signal: SignalIn, signal_id: str) -> SignalIn:
    return signal.model_copy(update={"signal_id": signal_id})


def _campaign_of(signal: SignalIn) -> Campaign | None:
    return _campaign(signal.utm.campaign) if signal.utm.campaign else None


@remembered
def _campaign(utm_campaign: str) -> Campaign | None:
    return Campaign.objects.filter(utm_campaign=utm_campaign).first()
