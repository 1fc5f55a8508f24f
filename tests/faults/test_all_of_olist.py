"""Eight thousand real leads and what became of them give the published result, and their speed is said."""

import time
from pathlib import Path

import pytest

from scoring.models import Scorecard
from tests import olist
from tests.olist import DEALS, LEADS, run

pytestmark = [pytest.mark.django_db, pytest.mark.faults, olist.needs_data]


def test_all_real_leads_and_deals_give_the_published_result_by_origin(
    model: Scorecard,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    began = time.monotonic()

    leads, deals = run(capsys, LEADS, "olist"), run(capsys, DEALS, "olist-deals")

    seconds = time.monotonic() - began
    with capsys.disabled():
        print(f"\n8,842 real rows in {seconds:.0f} s: {8_842 / seconds:.0f} a second")  # noqa: T201
    assert leads == "read=8000 stored=8000 repeated=0 refused=0"
    assert deals == "read=842 stored=841 repeated=0 refused=1"
    assert olist.by_first_touch() == olist.published()
