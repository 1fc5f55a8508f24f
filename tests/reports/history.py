"""A little history, made as it is made in life: leads ask for a demo, and reps answer in time, late or not at all."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from routing import attempts
from routing.attempts import Channel
from routing.models import Attempt, Handoff
from tests import factories

SMALL = {"employees": 12, "technologies": ["Excel"]}
_numbers = count(1)


def asked(at: datetime, *, country: str = "DE", source: str = "website", **company: Any) -> Handoff:
    """Somebody new asks for a demo; their rep has a hand-off and two clocks run."""
    number = next(_numbers)
    person = {
        **factories.signal()["person"],
        "email": f"p{number}@c{number}.example",
        "country": country,
        "last_name": f"Number {number}",
    }
    firm = {**factories.COMPANY, "name": f"Company {number}", "country": country, **company}
    return factories.handoff(
        now=at, email=person["email"], person=person, company=firm, utm={"source": source}
    )


def answered(at: datetime, *, after: timedelta, **fields: Any) -> Handoff:
    """Somebody asks, and their rep calls so long after."""
    handoff = asked(at, **fields)
    assert handoff.assignee is not None
    attempts.log(
        handoff.lead,
        channel=Channel.CALL,
        outcome=Attempt.Outcome.REACHED,
        by=handoff.assignee,
        now=at + after,
    )
    return handoff


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def days(number: float) -> timedelta:
    return timedelta(days=number)
