"""Every figure of a stored score is recomputed, and each that is wrong is named (SC-4)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from leads.models import Lead, User
from scoring import verification
from scoring.models import Score
from tests import factories


@pytest.fixture
def lead(ana: User, now: datetime) -> Lead:
    factories.receive(factories.signal("webinar_attended"), now=now - timedelta(weeks=40))
    factories.receive(factories.signal("pricing_page"), now=now)
    return Lead.objects.get()


def test_sound_scores_differ_in_nothing_however_old_they_are(lead: Lead) -> None:
    assert list(verification.differences()) == []


@pytest.mark.parametrize(
    ("field", "wrong", "name"),
    [
        ("fit", 3, "fit"),
        ("fit_low", 2, "least fit"),
        ("fit_high", 99, "highest fit"),
        ("urgency", 1, "urgency"),
        ("engagement_sum", 10.00001, "engagement"),
        ("last_week", None, "last week"),
        ("last_signal_at", None, "last signal"),
    ],
)
def test_wrong_figure_is_named(lead: Lead, field: str, wrong: float | None, name: str) -> None:
    Score.objects.update(**{field: wrong})

    told = list(verification.differences())

    assert told
    assert all(sentence.startswith(f"Lead {lead.pk}: {name} is stored as ") for sentence in told)


def test_wrong_tier_is_named(lead: Lead) -> None:
    right = lead.tier
    Lead.objects.update(tier="T9")

    told = list(verification.differences())

    assert told[0] == f"Lead {lead.pk}: tier is stored as T9, its touches and facts give {right}."


def test_score_of_last_month_is_judged_as_of_then(lead: Lead, now: datetime) -> None:
    stored = Score.objects.get()

    Score.objects.update(updated_at=now + timedelta(days=40))

    assert stored.urgency > 0
    assert any("urgency" in sentence for sentence in verification.differences())
