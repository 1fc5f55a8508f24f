"""Tells the demo's half year day by day through the pipeline, the reps' decisions and the beat's own jobs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from leads import acquisition, outbox
from leads.actors import Job
from leads.models import Account, Lead, Notification, OutboxMessage, Source
from revops import operating_model, pipeline, relay
from revops.demo import journeys, market, organisation
from revops.demo.journeys import Touch
from revops.demo.market import Person
from revops.demo.sales import Agenda
from revops.pipeline import Received
from routing import service_levels
from scoring import decay, scorecards
from scoring.models import Scorecard

SEED = 20_261_122
LENGTH = timedelta(days=182)
NEWS = timedelta(days=2)  # what is older is history: nobody is told of it any more
LEFT_OPEN = timedelta(hours=30)
VENDOR = Job("demo vendor list")


@dataclass(frozen=True)
class Told:
    """What was made."""

    signals: int
    leads: int
    accounts: int


def tell(*, now: datetime) -> Told:
    """Found the company and live through its half year, always the same one for the same `now`."""
    random = Random(SEED)  # noqa: S311 - a story, not a secret
    begins = now - LENGTH
    operating_model.install(now=begins)
    organisation.found(begins=begins, now=now)
    touches = sorted(_touches(begins=begins, now=now, random=random))
    agenda = Agenda(random, ends=now, left_open_since=now - LEFT_OPEN)
    senders = {source.name: source for source in Source.objects.all()}
    for day, of_the_day in _by_day(touches, begins=begins, now=now):
        if day < now - NEWS:
            with outbox.history():
                _live_through(day, of_the_day, agenda, senders)
        else:
            _live_through(day, of_the_day, agenda, senders)
    agenda.until(now)
    service_levels.sweep(now=now)
    _finish(now=now)
    return Told(len(touches), Lead.objects.count(), Account.objects.count())


def _touches(*, begins: datetime, now: datetime, random: Random) -> Iterator[Touch]:
    companies = market.companies(random)
    organisation.name_accounts({one.name: one.domain for one in companies[: market.NAMED]}, now=begins)
    people = market.people(companies, random)
    for number, person in enumerate(people):
        yield from journeys.of(person, number, begins=begins, ends=now - timedelta(hours=1), random=random)
    yield from _last_hour(people, now=now, random=random)


def _last_hour(people: list[Person], *, now: datetime, random: Random) -> Iterator[Touch]:
    """Requests of the last hour, so that some clocks are about to run out when the demo is opened."""
    for place, minutes in enumerate((2, 4, 7, 12, 18, 24, 29, 33, 41, 48, 54, 58)):
        person = random.choice(people)
        at = now - timedelta(minutes=minutes)
        yield journeys.signal(person, "demo_request", at=at, number=900_000 + place, random=random)


def _by_day(
    touches: list[Touch], *, begins: datetime, now: datetime
) -> Iterator[tuple[datetime, list[Touch]]]:
    day, place = begins, 0
    while day < now:
        following = min(day + timedelta(days=1), now)
        of_the_day = []
        while place < len(touches) and touches[place].at < following:
            of_the_day.append(touches[place])
            place += 1
        yield day, of_the_day
        day = following


@transaction.atomic
def _live_through(day: datetime, touches: list[Touch], agenda: Agenda, senders: dict[str, Source]) -> None:
    """A day in one transaction: the jobs of the night, then signals and decisions in the order of time."""
    decay.advance(now=day)
    pipeline.release_recycled(now=day)
    for touch in touches:
        agenda.until(touch.at)
        service_levels.sweep(now=touch.at)
        received = pipeline.receive(touch.payload, source=senders[touch.sender], now=touch.at)
        handed = received.answer["handoff"] if isinstance(received, Received) else None
        if handed and received.answer["gate"]["qualified"]:
            agenda.take_up(handed["id"])


def _finish(*, now: datetime) -> None:
    """A vendor's list, a draft scorecard, and the mail of the last days as read and delivered."""
    bought = Lead.objects.filter(stage="LEAD").select_related("account").order_by("-pk")[:25]
    for lead in bought:
        acquisition.mark_purchased(lead, by=VENDOR, now=now)
    scorecards.create_draft(Scorecard.objects.published(), by=None, now=now)
    OutboxMessage.objects.filter(channel=OutboxMessage.Channel.EMAIL, sent_at=None).update(sent_at=now)
    relay.deliver_due(now=now)
    Notification.objects.filter(created_at__lt=now - timedelta(hours=6)).update(read_at=now)
