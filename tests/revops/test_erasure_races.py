"""Who writes of somebody at the moment in which they are erased comes before it or not at all (P38)."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from threading import Event

import pytest
from django.db import connection, transaction

from leads import notes
from leads.domain.erasing import ERASED
from leads.models import Erasure, Lead, User
from leads.notes import NobodyLeft
from revops.privacy import erasure
from routing import attempts, doubts, handoffs
from routing.attempts import Channel, NothingToLogFor
from routing.doubts import ScoresThen
from routing.models import Attempt, Doubt, Handoff
from tests import canary, factories
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)
PATIENCE = 20  # seconds
Write = Callable[..., object]


def note(lead: Lead, *, by: User, now: datetime) -> None:
    notes.add(lead, f"{canary.FIRST} called back", by=by, now=now)


def attempt(lead: Lead, *, by: User, now: datetime) -> Attempt:
    words = f"{canary.FIRST} called back"
    return attempts.log(
        lead, channel=Channel.CALL, outcome=Attempt.Outcome.REACHED, by=by, now=now, note=words
    )


def doubt(lead: Lead, *, by: User, now: datetime) -> Doubt:
    handoff = Handoff.objects.select_related("lead").get(lead=lead)
    then = ScoresThen(fit=81.0, engagement=40.0, urgency=70.0, tier="T1", scorecard_version=1)
    return doubts.raise_doubt(handoff, f"{canary.FIRST} is a student", then, by=by, now=now)


@pytest.fixture
def worked(ana: User, olga: User, now: datetime) -> Lead:
    """A canary with whom Ana works."""
    factories.receive(canary.payload("demo_request"), now=now)
    lead = factories.lead_of(canary.EMAIL)
    handoffs.accept(Handoff.objects.open().get(lead=lead), by=ana, now=now + MINUTE)
    lead.refresh_from_db()
    return lead


def to_erase(lead: Lead, *, by: User, now: datetime) -> Erasure:
    return erasure.ask(lead, Erasure.Why.ASKED, reference="", by=by, now=now + MINUTE)


@pytest.fixture
def asked(worked: Lead, olga: User, now: datetime) -> Erasure:
    """The erasure of the canary."""
    return to_erase(worked, by=olga, now=now)


def first_and_then(first: Callable[[], object], then: Callable[[], object]) -> object:
    """Do `then` while what `first` did is not committed yet; what `then` gave or raised."""
    begun, over = Event(), Event()

    def in_the_way() -> None:
        with transaction.atomic():
            first()
            begun.set()
            until = time.monotonic() + PATIENCE
            while not over.is_set() and not somebody_waits() and time.monotonic() < until:
                time.sleep(0.01)

    def beside() -> object:
        begun.wait(PATIENCE)
        try:
            return then()
        finally:
            over.set()

    before, after = at_once(in_the_way, beside)
    assert before is None
    return after


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        found: bool = cursor.fetchone()[0]
    return found


@pytest.mark.parametrize(
    ("write", "refusal"), [(note, NobodyLeft), (attempt, NothingToLogFor), (doubt, doubts.NobodyLeft)]
)
def test_who_comes_while_somebody_is_erased_is_refused(
    *, write: Write, refusal: type[Exception], asked: Erasure, ana: User, now: datetime
) -> None:
    late = now + 2 * MINUTE

    told = first_and_then(
        partial(erasure.carry_out, asked, now=late), partial(write, asked.lead, by=ana, now=late)
    )

    assert isinstance(told, refusal)
    assert canary.found() == []


@pytest.mark.parametrize("write", [note, attempt])
def test_what_is_being_written_when_somebody_is_erased_is_erased_with_them(
    *, write: Write, asked: Erasure, ana: User, now: datetime
) -> None:
    late = now + 2 * MINUTE

    told = first_and_then(
        partial(write, asked.lead, by=ana, now=late), partial(erasure.carry_out, asked, now=late)
    )

    assert told is None
    assert canary.found() == []


@pytest.mark.parametrize("answers_first", [True, False])
def test_an_answer_at_that_moment_leaves_no_words(
    *, answers_first: bool, worked: Lead, ana: User, olga: User, now: datetime
) -> None:
    late, words = now + 2 * MINUTE, f"{canary.FIRST} told us so"
    asks = doubt(worked, by=ana, now=now)
    asked = to_erase(worked, by=olga, now=now)
    answer = partial(doubts.answer, asks, words, by=olga, now=late)
    erase = partial(erasure.carry_out, asked, now=late)

    first_and_then(*((answer, erase) if answers_first else (erase, answer)))

    asks.refresh_from_db()
    assert (asks.answer, asks.answered_by) == (ERASED, olga)
    assert canary.found() == []


def test_a_doubt_that_is_being_raised_when_an_erasure_is_asked_for_is_erased(
    worked: Lead, ana: User, olga: User, now: datetime
) -> None:
    late = now + 2 * MINUTE

    asked = first_and_then(
        partial(doubt, worked, by=ana, now=late), partial(to_erase, worked, by=olga, now=now)
    )
    with pytest.raises(doubts.NobodyLeft):
        doubt(worked, by=olga, now=late)
    assert isinstance(asked, Erasure)
    erasure.carry_out(asked, now=late)

    assert Doubt.objects.get(lead=worked).raised_by == ana
    assert canary.found() == []
