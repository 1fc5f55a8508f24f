"""Any text comes back to the letter or is refused in a sentence, by the API and by a file; nothing else (P28)."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from leads import imports
from leads.domain.csv_mapping import RowMapping
from leads.file_imports import Progress
from leads.models import FailedSignal, Lead, Signal, User
from revops.imports.importing import Import
from tests import factories
from tests.api_callers import BATCH, sender

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
KEPT = [
    "O'Hara; DROP TABLE leads_lead;--",
    '" OR ""="',
    "<script>alert(1)</script>",
    "{{ 7 * 7 }} {% debug %} ${7*7}",
    "=1+1",
    "@SUM(A1)",
    "%s %(name)s {0} {}",
    "\\N",
    "\\. \\t \\\\",
    "a\tb",
    "first\nsecond",
    "first\r\nsecond",
    " leading and trailing ",
    "שלום עולם",
    "مرحبا\u200f بك",
    "\u202eevil\u202c",
    "👩‍👩‍👧‍👦 🏳️‍🌈",
    "Z͑ͫ̓ͪa͊ͦlg̈o",
    "ﬁ Å Å é é",
    "\ufeffmark",
    "\u00ad\u200b\u2060",
    "\U0010ffff\ufffe",
    "\x01\x02\x7f\x85",
    "İıſK",
    "null",
    "undefined",
    "NaN",
    "1e400",
    "-0",
    "../../etc/passwd",
    "田中さん",
    "ÅÄÖåäö",
]
REFUSED = ["a\0b", "\ud800 alone", "x" * 10_001]


def with_text(text: str, place: int) -> dict[str, Any]:
    """A signal that says the text wherever text is taken, known and unknown."""
    payload = factories.signal("page_view", email=f"p{place}@firm{place}.example", signal_id=f"text-{place}")
    told = {"utm": {"source": text}, "url": text, "self_reported_source": text, "unknown": {text[:200]: text}}
    named = {**payload["person"], "first_name": text, "last_name": text, "title": text}
    return {**payload, **told, "person": named, "properties": {"note": [text]}, "answers": {"pain": text}}


def test_the_api_keeps_any_text_to_the_letter_or_refuses_it(ana: User) -> None:
    texts = KEPT + REFUSED

    answer = sender().post(BATCH, {"signals": [with_text(text, n) for n, text in enumerate(texts)]})

    results = answer.json()["results"]
    assert answer.status_code == 200
    assert [one["status"] for one in results] == [201] * len(KEPT) + [422] * len(REFUSED)
    assert all(one["problem"]["errors"] for one in results[len(KEPT) :])
    assert not FailedSignal.objects.exists()
    for place, text in enumerate(KEPT):
        kept = Signal.objects.select_related("lead").get(signal_id=f"text-{place}")
        assert kept.lead is not None
        assert (kept.lead.first_name, kept.lead.last_name, kept.lead.title) == (text, text, text)
        assert (kept.utm, kept.url, kept.self_reported_source) == ({"source": text}, text, text)
        assert (kept.raw, kept.properties, kept.answers) == (
            {"unknown": {text: text}},
            {"note": [text]},
            {"pain": text},
        )


def test_a_file_keeps_any_text_to_the_letter_or_names_the_row(ana: User, tmp_path: Path) -> None:
    texts = [text for text in KEPT + REFUSED if not text.startswith("\ud800")]
    path = tmp_path / "list.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["mail", "first", "note"])
        rows.writerows([f"p{place}@firm{place}.example", text, text] for place, text in enumerate(texts))
    mapping = RowMapping(
        fields={"person.email": "{mail}", "person.first_name": "{first}", "type": "page_view"}
    )
    run = Import(file=imports.open_csv(path), mapping=mapping, source=factories.source("list"), now=NOW)

    total = Progress()
    for done in run.steps(lambda _: None):
        total.add(done)

    kept = dict(Lead.objects.values_list("email", "first_name"))
    assert kept == {f"p{place}@firm{place}.example": text for place, text in enumerate(KEPT)}
    assert {signal.raw["row"]["note"] for signal in Signal.objects.all()} == set(KEPT)
    assert (total.stored, total.refused) == (len(KEPT), len(texts) - len(KEPT))
    assert all(refusal.reason.endswith(".") for refusal in total.refusals)
