"""What tests of the rule pages share: operations' browser, and a draft to edit."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client

from leads.models import User
from routing import drafts
from routing.models import RuleSet
from tests.conftest import SignIn


@pytest.fixture
def ops(as_user: SignIn, olga: User) -> Client:
    return as_user(olga)


@pytest.fixture
def draft(ana: User, olga: User, now: datetime) -> RuleSet:
    """A draft with the seeded rules and the territory's."""
    return drafts.start(by=olga, now=now)
