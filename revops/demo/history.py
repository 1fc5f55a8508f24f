"""Tells the demo's half year through the pipeline, the reps' decisions and the beat's own jobs, in the order of time.

All of it is one transaction: there is a whole demo company or none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from random import Random

from django.db import transaction

from leads import acquisition, outbox, partitions
from leads.actors import Job
from leads.models import Account, Lead, Source
from leads.remembering import remembering
from revops import coming_back, operating_model, pipeline
from revops.demo import (
    aftermath,
    cadences,
    files,
    journeys,
    lookback,
    market,
    mishaps,
    organisation,
    outside,
    today,
)
from revops.demo.journeys import Touch
from revops.demo.market import Person
from revops.demo.sales import Agenda, Desk
from revops.pipeline import Received
from routing.models import Handoff, RejectionReason
from scoring import decay

SEED = 20_261_122
LENGTH = timedelta(days=182)
A_DAY = timedelta(days=1)
LONGEST_TELLING = timedelta(hours=1)
NEWS = timedelta(days=2)  # what is older is history: nobody is told of it any more
MONDAY = 0
CALIBRATED = timedelta(days=45)  # ago; so long are the two periods of the scoring review
NAMED = 24
STRANGERS = 0.04  # visitors who never say who they are, for each person who does
COMES_BACK, WAKES, COMES_BACK_REFUSED = 0.55, 0.15, 0.6
VENDOR = Job("vendor list")
Outcome = RejectionReason.Outcome


@dataclass(frozen=True)
class Told:
    """What was made."""

    signals: int
    leads: int
    accounts: int
    handoffs: int


def tell(
    *,
    now: datetime,
    present: Callable[[], datetime] | None = None,
    people: int = market.PEOPLE,
    accounts: int = market.ACCOUNTS,
) -> Told:
    """Found the company and live through its half year, always the same one for the same `now`.

    Telling it takes a while: `present` says what time it is then, for the work that waits at the end.
    """
    for month in range(LENGTH.days // 28 + 1):
        partitions.ensure_month(now - LENGTH + timedelta(days=28 * month))
    with transaction.atomic():
        story = _Story(now, people=people, accounts=accounts)
        with remembering():
            ended_at = story.live_through(present or (lambda: now))
        cadences.live_through(tuple(today.WANTED), story.random, now=ended_at)
        files.bring(now=ended_at)
        outside.bring(now=ended_at)
        mishaps.befall(now=ended_at)
        aftermath.settle(now=ended_at)
    return Told(story.signals, Lead.objects.count(), Account.objects.count(), Handoff.objects.count())


class _Story:
    """The half year while it is told."""

    def __init__(self, now: datetime, *, people: int, accounts: int) -> None:
        self.now, self.begins = now, now - LENGTH
        self.random = Random(SEED)  # noqa: S311 - a story, not a secret
        self.signals = 0
        operating_model.install(now=self.begins)
        cadences.introduce(now=now)
        organisation.found(begins=self.begins, now=now)
        self.senders = {source.name: source for source in Source.objects.all()}
        companies = market.companies(self.random, how_many=accounts)
        named = {one.domain: (one.name, one.region) for one in companies[:NAMED]}
        organisation.name_accounts(named, now=self.begins)
        self.named = set(named)
        self.people = market.people(companies, self.random, how_many=people)
        self.by_address = {person.fields["email"]: person for person in self.people}
        self.agenda = Agenda(ends=now + LONGEST_TELLING)
        self.desk = Desk(
            self.agenda,
            self.random,
            keep_open=today.WANTED,
            since=now - today.LENGTH,
            rejected=self._comes_back,
        )
        self.returns = count()

    def live_through(self, present: Callable[[], datetime]) -> datetime:
        """Half a year: nights, what people do, and what that leads to; then today, up to the time that it is."""
        newcomers = today.newcomers(self.people, named=self.named)
        for touch in self._touches([one for one in self.people if one not in newcomers]):
            self._expect(touch)
        for night in range(1, LENGTH.days):
            self.agenda.at(self.begins + night * A_DAY, self._night)
        self.agenda.at(self.now - CALIBRATED, lookback.calibrate)
        with outbox.history():
            self.agenda.until(self.now - NEWS)
        self.agenda.until(self.now - today.LENGTH)
        ended_at = max(self.now, present())
        today.Today(newcomers, self.agenda, self.receive, self.random).live_through(now=ended_at)
        self.agenda.until(ended_at)
        return ended_at

    def receive(self, touch: Touch) -> None:
        """Take the touch in, and let sales take up what it leads to."""
        received = pipeline.receive(touch.payload, source=self.senders[touch.sender], now=touch.at)
        self.signals += 1
        answer = received.answer if isinstance(received, Received) else {}
        lead, handoff = answer.get("lead"), answer.get("handoff")
        if touch.sender == "vendor" and lead and lead["created"]:
            acquisition.mark_purchased(Lead.objects.get(pk=lead["id"]), by=VENDOR, now=touch.at)
        if handoff and answer["gate"]["qualified"]:
            self.desk.take_up(handoff["id"], touch.at)

    def _touches(self, people: list[Person]) -> Iterator[Touch]:
        ends = self.now - timedelta(minutes=10)
        for number, person in enumerate(people):
            yield from journeys.of(person, number, begins=self.begins, ends=ends, random=self.random)
        how_many = round(len(people) * STRANGERS)
        yield from journeys.strangers(how_many, begins=self.begins, ends=ends, random=self.random)

    def _expect(self, touch: Touch) -> None:
        self.agenda.at(touch.at, lambda _: self.receive(touch))

    def _comes_back(self, lead: Lead, reason: RejectionReason, now: datetime) -> None:
        """Who was told no may come back: towards the end of the hold, by asking earlier, or in vain."""
        person = self.by_address.get(lead.email)
        if person is None:
            return
        number, chance = f"return-{next(self.returns)}", self.random.random()
        hold = timedelta(days=reason.hold_days or 45)
        if reason.outcome == Outcome.RECYCLE and chance < COMES_BACK:
            at = now + hold - timedelta(days=9)
            for touch in journeys.return_of(person, number, at=at, random=self.random):
                self._expect(touch)
        elif reason.outcome == Outcome.RECYCLE and chance < COMES_BACK + WAKES:
            self._expect(journeys.request(person, number, at=now + hold / 3, random=self.random))
        elif reason.outcome == Outcome.DISQUALIFY and chance < COMES_BACK_REFUSED:
            self._expect(journeys.request(person, number, at=now + hold / 2, random=self.random))

    def _night(self, now: datetime) -> None:
        """What the beat does while nobody works; who qualifies again by it is taken up in the morning."""
        if now.weekday() == MONDAY:
            decay.advance(now=now)
        coming_back.follow_merges(now=now)
        coming_back.release_recycled(now=now)
        for handoff_id in Handoff.objects.open().filter(qualified_at=now).values_list("pk", flat=True):
            self.desk.take_up(handoff_id, now)
