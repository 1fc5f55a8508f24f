"""The demo while it runs: somebody of its market does something every few seconds, and the colleagues go on working.

What the people receive who sign in to the demo is left to them.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from leads.models import Source
from revops import pipeline
from revops.demo import journeys, market, today
from revops.demo.market import Person
from revops.demo.sales import Agenda, Desk
from revops.pipeline import Received
from routing.models import Handoff

TYPES = (
    ("page_view", 30),
    ("email_click", 12),
    ("content_download", 14),
    ("webinar_registered", 8),
    ("case_study", 12),
    ("pricing_page", 12),
    ("trial_started", 2),
    ("", 10),  # a request, of any kind
)
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Live:
    """The market in its daily life; it knows the same people as the history."""

    people: list[Person]
    desk: Desk
    random: Random

    @classmethod
    def of_the_demo(cls, *, seed: int, random: Random, now: datetime) -> Live:
        """The people of the history made from `seed`, and the colleagues with what waits for them."""
        story = Random(seed)  # noqa: S311 - a story, not a secret
        people = market.people(market.companies(story), story)
        agenda = Agenda(ends=NEVER)
        live = cls(
            people, Desk(agenda, random, keep_open=today.WANTED, since=now, rejected=lambda *_: None), random
        )
        for handoff_id in Handoff.objects.open().values_list("pk", flat=True):
            live.take_up(handoff_id, now)
        return live

    def go_on(self, *, now: datetime) -> str:
        """The colleagues do what is due, and somebody sends one signal; what happened, in a line."""
        self.desk.agenda.until(now)
        person, type_ = self.random.choice(self.people), market.pick(TYPES, self.random)
        number = f"live-{uuid.uuid4().hex}"
        if type_:
            touch = journeys.signal(person, type_, at=now, number=number, random=self.random)
        else:
            touch = journeys.request(person, number, at=now, random=self.random)
        source, _ = Source.objects.get_or_create(name=touch.sender)
        received = pipeline.receive(touch.payload, source=source, now=now)
        return self._followed_up(received, f"{touch.payload['type']} by {person.name}", now=now)

    def take_up(self, handoff_id: int, now: datetime) -> None:
        """Leave to colleagues what is not for somebody who signs in."""
        receiver = Handoff.objects.values_list("assignee__email", flat=True).get(pk=handoff_id)
        if receiver not in today.WANTED:
            self.desk.take_up(handoff_id, now)

    def _followed_up(self, received: object, line: str, *, now: datetime) -> str:
        answer = received.answer if isinstance(received, Received) else {}
        if not answer.get("handoff") or not answer["gate"]["qualified"]:
            return line
        self.take_up(answer["handoff"]["id"], now)
        return f"{line} → {answer['handoff']['assignee'] or 'nobody is free'}"
