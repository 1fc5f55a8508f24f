"""Two thousand rows that go in together become in every table what they become one at a time (IN-5)."""

from __future__ import annotations

from pathlib import Path

import pytest

from leads.domain.csv_presets import PRESETS
from tests.olist import LEADS, needs_data
from tests.revops.test_import_together import HEADER, assert_same, in_both_ways, some_rows, taken_in

pytestmark = [pytest.mark.django_db, pytest.mark.faults, pytest.mark.usefixtures("ana", "bob")]

ROWS = 2_000


def test_two_thousand_rows_of_all_kinds_become_the_same_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "list.csv"
    path.write_text("\n".join([HEADER, *some_rows(ROWS, seed=5)]) + "\n", encoding="utf-8")

    together, alone = in_both_ways(lambda: taken_in(path), monkeypatch)

    assert "one by one" not in caplog.text
    assert_same(together, alone)


@needs_data
def test_two_thousand_real_leads_become_the_same_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "olist.csv"
    lines = LEADS.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(lines[: ROWS + 1]), encoding="utf-8")

    together, alone = in_both_ways(lambda: taken_in(path, mapping=PRESETS["olist"]), monkeypatch)

    assert "one by one" not in caplog.text
    assert_same(together, alone)
