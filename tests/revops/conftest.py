"""What tests of pages share: a clock that stands still at the hour of the cast, and can be moved on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings
from time_machine import Traveller

from leads.models import User
from tests.conftest import SignIn


@pytest.fixture
def clock(now: datetime) -> Iterator[Traveller]:
    """The server's clock, stopped at `now`."""
    with time_machine.travel(now, tick=False) as stopped:
        yield stopped


@pytest.fixture
def desk(ana: User, as_user: SignIn, clock: Traveller) -> Client:
    """Ana's browser, at an hour when the clocks run."""
    return as_user(ana)


@pytest.fixture
def _this_machine_may_be_called(settings: Settings) -> None:
    settings.OUTGOING_HTTP, settings.OUTGOING_NETWORKS = True, ["127.0.0.0/8"]
    settings.WEBHOOK_SECONDS = 0.5
