"""The cast and the ground they stand on: the seeded operating model, two teams, and who works in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from hypothesis import settings
from pytest_django.plugin import DjangoDbBlocker

from leads.models import Source, Team, User
from revops import operating_model
from scoring.models import Scorecard
from tests import access_ground, factories
from tests.access_ground import Ground

settings.register_profile("baton", deadline=None)  # speed is measured in bench/, on a quiet machine
settings.load_profile("baton")

SignIn = Callable[[User], Client]

# A Tuesday, ten in the morning in Berlin: everybody is at work.
NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)


# A connection that a thread kept when it ended closes with the garbage, and what is stopped by force a moment later:
# neither is to keep the database from going at the end.
LEAVE = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()
"""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Tests that commit are followed by emptying every table, which the audit refuses everywhere but here."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE leads_auditentry DISABLE TRIGGER audit_is_never_emptied")
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(LEAVE)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def model(db: None) -> Scorecard:
    """The seeded operating model, installed where a test has emptied the tables."""
    operating_model.install(now=NOW)
    return Scorecard.objects.published()


@pytest.fixture
def dach(model: Scorecard) -> Team:
    """A team with a territory, two pools and a business calendar."""
    return factories.territory("DACH", countries=["DE", "AT", "CH"]).team


@pytest.fixture
def ana(dach: Team) -> User:
    """An SDR of the team."""
    return factories.rep("ana", team=dach).user


@pytest.fixture
def bob(dach: Team) -> User:
    """Another SDR of the same team."""
    return factories.rep("bob", team=dach).user


@pytest.fixture
def mia(dach: Team) -> User:
    """The team's manager."""
    return factories.person("mia", role="MANAGER", team=dach)


@pytest.fixture
def charlie(model: Scorecard) -> User:
    """An SDR of another team, who must see nothing."""
    return factories.rep("charlie", team=factories.territory("North America", countries=["US"]).team).user


@pytest.fixture
def olga(model: Scorecard) -> User:
    """Revenue operations."""
    return factories.person("olga", role="OPS")


@pytest.fixture
def website(model: Scorecard) -> Source:
    """The sender of most signals."""
    return factories.source("website")


@pytest.fixture
def as_user() -> SignIn:
    """A test client signed in as somebody."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def people(*, ana: User, mia: User, charlie: User, olga: User, dach: Team) -> dict[str, User | None]:
    """Somebody of each role; the first four are of the team whose records are asked for."""
    cast = {"sdr": ana, "manager": mia, "other sdr": charlie, "ops": olga}
    return access_ground.everybody(dach, cast=cast)


@pytest.fixture
def ground(people: dict[str, User | None], dach: Team) -> Ground:
    """One record of each kind that an address can name, of the team of the first four."""
    return access_ground.lay(people, team=dach, now=timezone.now())
