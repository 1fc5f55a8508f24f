"""What the tests of faults share: processes that can be killed, and work that waits for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import Processes


@pytest.fixture
def processes(transactional_db: None, tmp_path: Path) -> Iterator[Processes]:
    """A broker of the test's own on the test's database; whatever is started on it ends with the test."""
    running = Processes(tmp_path / "p")
    yield running
    running.end()
