"""Fit keeps a line for each time it moved, and only then (SC-22)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from leads.models import User
from scoring import rescoring, scorecards
from scoring.models import FitChange, Score, Scorecard
from tests import factories

SMALL = {**factories.COMPANY, "employees": None}


def test_first_fit_and_further_signals_leave_no_line(ana: User, now: datetime) -> None:
    factories.receive(factories.signal("page_view"), now=now)
    factories.receive(factories.signal("webinar_attended"), now=now + timedelta(hours=1))

    assert not FitChange.objects.exists()


def test_new_facts_leave_a_line_with_both_values(ana: User, now: datetime) -> None:
    factories.receive(factories.signal("page_view", company=SMALL), now=now)
    before = Score.objects.get().fit

    factories.receive(factories.signal("page_view"), now=now + timedelta(days=1))

    change = FitChange.objects.get()
    assert (change.cause, change.at) == (FitChange.Cause.FACTS, now + timedelta(days=1))
    assert (change.before, change.after) == (before, Score.objects.get().fit)
    assert change.after > change.before


def test_version_that_weighs_otherwise_leaves_a_line(ana: User, model: Scorecard, now: datetime) -> None:
    factories.receive(factories.signal("page_view", company=SMALL), now=now)
    draft = scorecards.create_draft(model, by=None, now=now)
    draft.criteria.filter(code="company_size").update(weight=15)
    draft.criteria.filter(code="role").update(weight=20)
    published = scorecards.publish(draft, by=None, now=now + timedelta(hours=1))

    rescoring.rescore_outdated(now=now + timedelta(hours=2))

    change = FitChange.objects.get()
    assert (change.cause, change.scorecard) == (FitChange.Cause.RESCORE, published)
    assert change.after > change.before


def test_line_that_changes_nothing_is_refused(ana: User, model: Scorecard, now: datetime) -> None:
    factories.receive(factories.signal("page_view"), now=now)
    same: dict[str, Any] = {"before": 50, "after": 50}

    with pytest.raises(IntegrityError, match="fit_change_changes"), transaction.atomic():
        FitChange.objects.create(
            lead=factories.lead_of("eva@acme.example"), at=now, cause="FACTS", scorecard=model, **same
        )
