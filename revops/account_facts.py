"""Scores companies whose facts changed with their people, and hands over whoever passes the gate by it (SC-9)."""

from __future__ import annotations

import logging
from datetime import datetime
from functools import partial

from django.db import OperationalError, transaction

from leads.models import Lead
from leads.remembering import remembering_edition
from revops import pipeline
from revops.pipeline import Occasion
from scoring import accounts

FACTS_KNOWN = Occasion("Company facts", "company_facts")
logger = logging.getLogger(__name__)


def score_due(*, now: datetime) -> int:
    """Score every account that needs it, with its people; how many accounts, at most about 20,000 a run."""
    return accounts.score_due(now=now, ask_gate=partial(_ask_gate, now=now))


def _ask_gate(lead_id: int, *, now: datetime) -> bool:
    """Follow one lead in a transaction of its own; False where it failed, so that it is tried again."""
    try:
        with remembering_edition(), transaction.atomic():
            lead = Lead.objects.locked().select_related("account").get(pk=lead_id)
            if lead.merged_into_id is None:
                pipeline.follow(lead, trigger=FACTS_KNOWN, now=now)
    except OperationalError:
        raise
    except Exception:
        logger.exception("lead %s could not be followed after its company's facts", lead_id)
        return False
    return True
