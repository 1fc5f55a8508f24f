"""What a person said about being contacted, yes by yes and no by no, and when a yes was taken back (IN-10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from leads.models import ConsentRecord, Lead
from leads.prepared import Given, Query

SHOWN = 20
SAID = Query(lambda: ConsentRecord.objects.filter(lead=Given("lead")).order_by("-at", "-id")[:SHOWN])


@dataclass(frozen=True)
class Said:
    """One thing that they said: `withdrawn_at` is when a yes was taken back, or None where it holds."""

    at: datetime
    is_yes: bool
    basis: str
    text: str
    source: str
    withdrawn_at: datetime | None


def panel(lead: Lead) -> list[Said]:
    """What they said, the newest first; that nobody who was erased is contacted is no word of theirs."""
    refused_at = lead.suppressed_at if lead.suppressed_at != lead.erased_at else None
    return told(SAID.all(lead=lead.pk), refused_at=refused_at)


def told(records: Sequence[ConsentRecord], *, refused_at: datetime | None) -> list[Said]:
    """The records, the newest first, each yes with the first refusal after it; a list refuses too (`refused_at`)."""
    refusals = [one.at for one in records if one.said == ConsentRecord.Said.NO]
    refusals += [refused_at] if refused_at else []
    return [
        Said(
            at=one.at,
            is_yes=one.said == ConsentRecord.Said.YES,
            basis=one.basis.replace("_", "-"),
            text=one.text,
            source=one.source,
            withdrawn_at=min((at for at in refusals if at >= one.at), default=None)
            if one.said == ConsentRecord.Said.YES
            else None,
        )
        for one in records
    ]
