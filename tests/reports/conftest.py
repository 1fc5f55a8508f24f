"""What tests of reports share: a server's clock that stands still at the hour of the cast."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine
from time_machine import Traveller


@pytest.fixture
def clock(now: datetime) -> Iterator[Traveller]:
    """The server's clock, stopped at `now`."""
    with time_machine.travel(now, tick=False) as stopped:
        yield stopped
