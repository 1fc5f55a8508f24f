"""What very many signals say is kept in the order of the columns that one of them has."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from leads import intake, intake_together
from leads.domain.signal import parse
from leads.intake_together import Taken
from leads.models import Source

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"answers": {"pain": "slow"}},
        {"strange": [1]},
        {"person": {"email": "eva@firm.example", "shoe": 42}},
    ],
)
def test_a_signal_is_kept_together_as_it_is_kept_alone(more: dict[str, object]) -> None:
    body = {"signal_id": "1", "type": "chat", "person": {"email": "eva@firm.example"}, **more}
    signal, source = parse(body, now=NOW), Source(id=7)

    alone = intake.columns_of(signal, source=source, lead_id=3, now=NOW)
    together = intake_together.row_of(Taken(signal, 3, {}, NOW), source_id=7)

    assert dict(zip(intake_together.SIGNAL, together, strict=True)) == alone
    assert list(intake_together.SIGNAL) == list(alone)
