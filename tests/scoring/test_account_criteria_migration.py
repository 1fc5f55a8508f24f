"""Versions from before there were account criteria are given the seeded ones, and nothing else of them changes."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module

from django.apps import apps

from scoring import scorecards
from scoring.domain.seed_account import ACCOUNT
from scoring.models import Criterion, Scorecard

migration = import_module("scoring.migrations.0004_account_criteria")


def test_versions_without_account_criteria_get_the_seeded_ones_once(model: Scorecard, now: datetime) -> None:
    draft = scorecards.create_draft(model, by=None, now=now)
    Criterion.objects.filter(scorecard=draft, dimension="ACCOUNT").delete()

    migration.seed(apps, None)
    migration.seed(apps, None)

    assert scorecards.load(draft).account == tuple(ACCOUNT)
