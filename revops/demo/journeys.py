"""What people do before they buy: the touches of each person over half a year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from random import Random
from typing import Any

from revops.demo.market import Person, pick


class Kind(Enum):
    """How a person behaves."""

    PASSER_BY = auto()
    READER = auto()
    LISTENER = auto()
    SHOPPER = auto()
    ASKER = auto()
    TRIER = auto()
    LEAVER = auto()
    BOUGHT = auto()


# of a hundred people
KINDS = (
    (Kind.PASSER_BY, 48),
    (Kind.READER, 20),
    (Kind.LISTENER, 7),
    (Kind.SHOPPER, 8),
    (Kind.ASKER, 10),
    (Kind.TRIER, 2),
    (Kind.LEAVER, 3),
    (Kind.BOUGHT, 2),
)
FIRST_LOOKS = (("page_view", 50), ("content_download", 25), ("newsletter_signup", 20), ("jobs_page", 5))
STEPS: dict[Kind, tuple[str, ...]] = {
    Kind.PASSER_BY: (),
    Kind.READER: ("email_click",),
    Kind.LISTENER: ("webinar_registered", "webinar_attended", "case_study", "webinar_attended"),
    Kind.SHOPPER: ("case_study", "pricing_page", "event_attended", "pricing_page"),
    Kind.ASKER: ("pricing_page",),
    Kind.TRIER: ("trial_started", "trial_activated"),
    Kind.LEAVER: ("email_open", "unsubscribe"),
    Kind.BOUGHT: ("page_view",),
}
REQUESTS = (("demo_request", 60), ("contact_request", 20), ("pricing_request", 14), ("call_request", 6))
COMES_BACK = ("webinar_attended", "case_study", "pricing_page", "webinar_attended")
SENDERS = {
    "webinar_registered": "webinars",
    "webinar_attended": "webinars",
    "email_open": "mailing",
    "email_click": "mailing",
    "unsubscribe": "mailing",
    "event_attended": "events",
    "trial_started": "product",
    "trial_activated": "product",
    "intent_surge": "vendor",
}
CAMPAIGN_OF = {
    "webinars": {"source": "webinar", "medium": "event", "campaign": "camp-webinar-revenue"},
    "mailing": {"source": "newsletter", "medium": "email"},
    "events": {"source": "event", "medium": "event", "campaign": "camp-saas-summit"},
    "product": {},
    "vendor": {},
}
WEBSITE: tuple[tuple[dict[str, str], int], ...] = (
    ({"source": "google", "medium": "organic"}, 34),
    ({"source": "google", "medium": "cpc", "campaign": "camp-search-pipeline"}, 22),
    ({"source": "linkedin", "medium": "social", "campaign": "camp-linkedin-demand"}, 28),
    ({"source": "partner", "medium": "referral"}, 8),
    ({}, 8),
)
CRITICAL_EVENTS = (("", 40), ("implied", 20), ("mentioned", 24), ("confirmed", 16))
PAINS = (
    "Leads wait for days before anybody calls.",
    "We cannot say which campaign became revenue.",
    "Sales rejects half of what we send, and we do not know why.",
    "Everybody scores leads by a different spreadsheet.",
)
ANONYMOUS_FIRST, OFF_DUTY = 0.12, 0.15


@dataclass(frozen=True, order=True)
class Touch:
    """One signal to come: when, by whom it is sent, and its body."""

    at: datetime
    number: str
    sender: str = field(compare=False)
    payload: dict[str, Any] = field(compare=False)


def of(person: Person, number: int, *, begins: datetime, ends: datetime, random: Random) -> Iterator[Touch]:
    """The journey of one person; it begins later more often than early, for the company grows."""
    kind = pick(KINDS, random)
    visitor = f"visitor-{number}" if random.random() < ANONYMOUS_FIRST else ""
    at = office_hour(begins + (ends - begins) * random.random() ** 0.75, random)
    for step, type_ in enumerate(_steps(kind, random)):
        if at >= ends:
            return
        if visitor and step == 0:
            looked = office_hour(at - timedelta(days=random.randint(1, 9)), random)
            if looked < at:
                yield _anonymous(visitor, f"{number}-look", at=looked, random=random)
        yield signal(person, type_, at=at, number=f"{number}-{step}", visitor=visitor, random=random)
        at = office_hour(at + timedelta(days=random.expovariate(1 / 4)), random)


def strangers(how_many: int, *, begins: datetime, ends: datetime, random: Random) -> Iterator[Touch]:
    """Visitors who looked and never said who they are."""
    for number in range(how_many):
        at = office_hour(begins + (ends - begins) * random.random(), random)
        if at < ends:
            yield _anonymous(f"stranger-{number}", f"stranger-{number}", at=at, random=random)


def return_of(person: Person, number: str, *, at: datetime, random: Random) -> Iterator[Touch]:
    """Somebody who was told no comes back within a week."""
    for step, type_ in enumerate(COMES_BACK):
        at = office_hour(at + timedelta(hours=30), random)
        yield signal(person, type_, at=at, number=f"{number}-{step}", random=random)


def request(person: Person, number: str, *, at: datetime, random: Random) -> Touch:
    """Somebody asks to be contacted."""
    return signal(person, pick(REQUESTS, random), at=at, number=number, random=random)


def signal(
    person: Person, type_: str, *, at: datetime, number: str, random: Random, visitor: str = ""
) -> Touch:
    """One signal of a person who gives their name."""
    sender = SENDERS.get(type_, "website")
    payload = _payload(type_, number, at=at, utm=CAMPAIGN_OF.get(sender) or pick(WEBSITE, random))
    payload |= {"person": person.fields, "company": person.company.facts}
    if visitor:
        payload["visitor_id"] = visitor
    if type_.endswith("_request"):
        payload["answers"] = _answers(random)
        payload["consent"] = {"basis": "opt_in", "text": "Please contact me."}
    return Touch(at, number, sender, payload)


def office_hour(at: datetime, random: Random) -> datetime:
    """Most of what people do at work they do by day and not at weekends (UTC, for three continents)."""
    days_to_monday = 7 - at.weekday()
    if days_to_monday <= 2 and random.random() > OFF_DUTY:  # noqa: PLR2004 - Saturday and Sunday
        at += timedelta(days=days_to_monday)
    return at.replace(hour=random.randint(7, 21), minute=random.randrange(60), second=random.randrange(60))


def _steps(kind: Kind, random: Random) -> list[str]:
    first = "intent_surge" if kind is Kind.BOUGHT else pick(FIRST_LOOKS, random)
    last = [pick(REQUESTS, random)] if kind is Kind.ASKER else []
    return [first, *STEPS[kind], *last]


def _anonymous(visitor: str, number: str, *, at: datetime, random: Random) -> Touch:
    payload = _payload("page_view", number, at=at, utm=pick(WEBSITE, random))
    return Touch(at, number, "website", {**payload, "visitor_id": visitor})


def _payload(type_: str, number: str, *, at: datetime, utm: dict[str, str]) -> dict[str, Any]:
    return {
        "signal_id": f"demo-{number}",
        "type": type_,
        "occurred_at": at.isoformat(),
        "utm": utm,
        "url": f"https://northwind-software.example/{type_.replace('_', '-')}",
    }


def _answers(random: Random) -> dict[str, str]:
    event = pick(CRITICAL_EVENTS, random)
    return {"pain": random.choice(PAINS)} | ({"critical_event": event} if event else {})
