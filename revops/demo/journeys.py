"""What people do before they buy: the touches of each person over half a year, in time order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from revops.demo.market import Person, pick

# How people behave: what each kind of journey is made of, and how common it is.
PASSER_BY, READER, LISTENER, SHOPPER, ASKER, LEAVER = "passer-by", "reader", "listener", "shopper", "asker", "leaver"
KINDS = ((PASSER_BY, 34), (READER, 24), (LISTENER, 16), (SHOPPER, 12), (ASKER, 12), (LEAVER, 2))
TOUCHES: dict[str, tuple[str, ...]] = {
    PASSER_BY: ("page_view", "email_open"),
    READER: ("content_download", "email_click", "page_view", "content_download"),
    LISTENER: ("webinar_registered", "webinar_attended", "email_click", "case_study", "webinar_attended"),
    SHOPPER: ("case_study", "pricing_page", "webinar_attended", "pricing_page", "trial_started"),
    ASKER: ("page_view", "case_study", "pricing_page", "demo_request"),
    LEAVER: ("content_download", "email_open", "unsubscribe"),
}
SENDERS = {
    "webinar_registered": "webinars",
    "webinar_attended": "webinars",
    "email_open": "mailing",
    "email_click": "mailing",
    "unsubscribe": "mailing",
    "event_attended": "events",
    "trial_started": "product",
}
CAMPAIGN_OF = {
    "webinars": {"source": "webinar", "medium": "event", "campaign": "camp-webinar-revenue"},
    "mailing": {"source": "newsletter", "medium": "email"},
    "events": {"source": "event", "medium": "event", "campaign": "camp-saas-summit"},
}
WEBSITE = (
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


@dataclass(frozen=True, order=True)
class Touch:
    """One signal to come: when, by whom it is sent, and its body."""

    at: datetime
    number: int
    sender: str
    payload: dict[str, Any]


def of(person: Person, number: int, *, begins: datetime, ends: datetime, random: Random) -> list[Touch]:
    """The journey of one person: it begins at some time of the half year, later more often than early."""
    kind = str(pick(KINDS, random))
    visitor = f"v-{number}" if random.random() < 0.25 else ""  # noqa: PLR2004 - some are anonymous at first
    at = _office_hour(begins + (ends - begins) * random.random() ** 0.8, random)
    touches = []
    for step, type_ in enumerate(_steps(kind, random)):
        if at >= ends:
            break
        anonymous = bool(visitor) and step == 0
        touches.append(_touch(person, type_, at=at, number=number * 20 + step, visitor=visitor, anonymous=anonymous, random=random))
        at = _office_hour(at + timedelta(days=random.expovariate(1 / 5)), random)
    return touches


def signal(person: Person, type_: str, *, at: datetime, number: int, random: Random) -> Touch:
    """One signal of a person who gives their name."""
    return _touch(person, type_, at=at, number=number, visitor="", anonymous=False, random=random)


def _steps(kind: str, random: Random) -> list[str]:
    steps = list(TOUCHES[kind])
    extra = random.choices(steps[:-1], k=random.randint(0, 2)) if kind != LEAVER else []
    return [*extra, *steps]


def _touch(  # noqa: PLR0913 - a touch is made of these
    person: Person, type_: str, *, at: datetime, number: int, visitor: str, anonymous: bool, random: Random
) -> Touch:
    sender = SENDERS.get(type_, "website")
    payload: dict[str, Any] = {
        "signal_id": f"demo-{number}",
        "type": type_,
        "occurred_at": at.isoformat(),
        "utm": CAMPAIGN_OF.get(sender) or pick(WEBSITE, random),
        "url": f"https://northwind-software.example/{type_.replace('_', '-')}",
    }
    if visitor:
        payload["visitor_id"] = visitor
    if not anonymous:
        payload |= {"person": person.fields, "company": person.company.facts}
    if type_ == "demo_request":
        payload["answers"] = _answers(random)
        payload["consent"] = {"basis": "opt_in", "text": "Please contact me about a demo."}
    return Touch(at, number, sender, payload)


def _answers(random: Random) -> dict[str, str]:
    event = str(pick(CRITICAL_EVENTS, random))
    return {"pain": random.choice(PAINS)} | ({"critical_event": event} if event else {})


def _office_hour(at: datetime, random: Random) -> datetime:
    """Most of what people do at work they do by day and not at weekends (UTC, for three continents)."""
    weekday = at.weekday()
    if weekday > 4 and random.random() < 0.85:  # noqa: PLR2004 - Saturday and Sunday
        at += timedelta(days=7 - weekday)
    return at.replace(hour=random.choice(range(7, 21)), minute=random.randrange(60), second=random.randrange(60))
