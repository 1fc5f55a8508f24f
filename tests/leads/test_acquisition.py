from datetime import datetime

import pytest

from leads import acquisition
from leads.actors import Job
from leads.domain.stages import Stage
from leads.models import Lead, User
from tests import factories

pytestmark = pytest.mark.django_db
IMPORT = Job("import")


@pytest.fixture
def bought(ana: User, now: datetime) -> Lead:
    """A bought contact."""
    factories.receive(factories.signal("page_view"), now=now)
    lead = factories.lead_of("eva@acme.example")
    acquisition.mark_purchased(lead, by=IMPORT, now=now)
    return lead


def test_no_score_makes_a_bought_contact_an_mql(bought: Lead, now: datetime) -> None:
    answer = factories.receive(factories.signal("trial_started"), now=now)

    assert "The contact was bought; only a request of its own can qualify it." in answer["gate"]["failed"]
    assert answer["lead"]["stage"] == Stage.LEAD


def test_a_request_of_their_own_turns_a_bought_contact_into_an_ordinary_lead(
    bought: Lead, now: datetime
) -> None:
    answer = factories.receive(factories.signal("demo_request"), now=now)

    bought.refresh_from_db()
    assert (answer["lead"]["stage"], bought.acquired) == (Stage.MQL, Lead.Acquired.OWN)
