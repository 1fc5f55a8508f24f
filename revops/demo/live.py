"""New signals for the demo while it runs: somebody of its market does something every few seconds."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random

from leads.models import Source
from revops import pipeline
from revops.demo import journeys, market
from revops.demo.market import Person
from revops.pipeline import Received

TYPES = (
    ("page_view", 30),
    ("email_click", 12),
    ("content_download", 14),
    ("webinar_registered", 8),
    ("case_study", 12),
    ("pricing_page", 12),
    ("trial_started", 2),
    ("request", 10),
)


@dataclass(frozen=True)
class Sender:
    """The market in its daily life; it knows the same people as the history."""

    people: list[Person]
    random: Random

    @classmethod
    def of_the_demo(cls, *, seed: int, random: Random) -> Sender:
        """The people of the history made from `seed`."""
        story = Random(seed)  # noqa: S311 - a story, not a secret
        return cls(market.people(market.companies(story), story), random)

    def send(self, *, now: datetime) -> str:
        """One signal of somebody; what happened, in a line."""
        person = self.random.choice(self.people)
        type_ = market.pick(TYPES, self.random)
        make: Callable[..., journeys.Touch] = journeys.request if type_ == "request" else journeys.signal
        details = {} if type_ == "request" else {"type_": type_}
        touch = make(person, number=uuid.uuid4().hex, at=now, random=self.random, **details)
        source, _ = Source.objects.get_or_create(name=touch.sender)
        received = pipeline.receive(touch.payload, source=source, now=now)
        return _line(touch.payload["type"], person, received)


def _line(type_: str, person: Person, received: object) -> str:
    done = f"{type_} by {person.fields['first_name']} {person.fields['last_name']}, {person.company.name}"
    handoff = received.answer["handoff"] if isinstance(received, Received) else None
    return f"{done} → {handoff['assignee'] or 'nobody free'}" if handoff else done
