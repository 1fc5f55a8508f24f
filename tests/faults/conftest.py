"""What the tests of faults share: processes that can be killed, and work that waits for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import figures
from tests.processes import Processes


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table of `make faults`: promise, figure, target, kept."""
    failed = [*terminalreporter.stats.get("failed", ()), *terminalreporter.stats.get("error", ())]
    if terminalreporter.config.getoption("markexpr") == "faults":
        terminalreporter.section("what was promised, and what came of it")
        terminalreporter.write_line(figures.table([report.nodeid.rpartition("::")[2] for report in failed]))


@pytest.fixture
def processes(transactional_db: None, tmp_path: Path) -> Iterator[Processes]:
    """A broker of the test's own on the test's database; whatever is started on it ends with the test."""
    running = Processes(tmp_path / "p")
    yield running
    running.end()
