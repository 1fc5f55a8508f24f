"""What went wrong in the demo of late: no page of operations is empty, and all that stands there can be mended."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import DataError, OperationalError

from leads import dead_letters, intake, refused_calls, webhook_deliveries, webhooks
from leads.models import FailedSignal, Source, User
from leads.refused_calls import Refusal
from leads.webhook_deliveries import Outcome
from leads.webhooks import Wanted
from revops import pipeline
from revops.demo.organisation import DOMAIN
from routing import pauses, snoozing
from routing.domain.ladder import Action
from routing.escalations import MOST_ATTEMPTS
from routing.models import ClockStep, Handoff

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# Who asks, at which company and in which country; the free addresses are too short to be anybody's.
ASKERS = (
    ("Jana", "Berger", "jana.berger@brueckner-werke.example", "Brückner Werke GmbH", "DE"),
    ("Paul", "Hahn", "paul.hahn@brueckner-austria.example", "Brückner Werke AG", "AT"),
    ("Mara", "Keil", "m.keil@gmail.com", "Brückner Werke", ""),
    ("Timo", "Ruf", "t.ruf@gmail.com", "Brückner-Werke", ""),
    ("Jana", "Berger", "j.berger@brueckner-werke.example", "Brückner Werke GmbH", "DE"),
    ("Paul", "Hahn", "p.hahn@brueckner-austria.example", "Brückner Werke AG", "AT"),
)
BUSY = OperationalError("canceling statement due to lock timeout")
# Who sent what could not be processed, why, and what operations made of it: '' where it waits for somebody.
LOST = (
    ("Elif Şahin", "elif@yeni-fikir.example", BUSY, ""),
    ("Oscar Lind", "oscar@lindholm.example", BUSY, ""),
    (
        "Bea Moreau",
        "bea@atelier-moreau.example",
        DataError("value too long for type character varying(200)"),
        "",
    ),
    (
        "Test Person",
        "test@northwind-software.example",
        DataError("integer out of range"),
        "A test of our own form.",
    ),
)
GONE = Wanted("Data warehouse", "https://hooks.old-warehouse.example/baton", "BATON", ("handoff.accepted",))
# What the webinar tool sent wrong since its last update: how many hours ago, how many, why.
REFUSED = (
    (33, 14, Refusal("fields-are-wrong", ("person.email",))),
    (10, 61, Refusal("fields-are-wrong", ("person.email",))),
    (9, 3, Refusal("type-not-allowed", ("type",))),
    (2, 22, Refusal("fields-are-wrong", ("person.email", "occurred_at"))),
)
SCANNED = ((26, 4, Refusal("key-is-missing")),)
# Hours ago at which it was tried, and what it answered
TRIES = ((31, 503, "It answered 503."), (29, 503, "It answered 503."), (5, 410, "It answered 410."))
FAULTS = (repr(BUSY), "")


def befall(*, now: datetime) -> None:
    """Let it all have happened in the hours before `now`."""
    _namesakes(now=now)
    _dead_letters(now=now)
    _endpoint_that_is_gone(now=now)
    _steps_set_aside(now=now)
    _waiting_for_a_better_time(now=now)
    _refused_calls(now=now)


def _namesakes(*, now: datetime) -> None:
    """Two companies share a name, so that who gives no other sign of theirs is a question; two use two addresses."""
    website = Source.objects.get(name="website")
    for number, (first, last, email, company, country) in enumerate(ASKERS):
        at = now - (7 - number) * HOUR
        payload = _payload(f"namesake-{number}", "content_download", at=at)
        payload["person"] = {"first_name": first, "last_name": last, "email": email}
        payload["company"] = {"name": company, "country": country}
        pipeline.receive(payload, source=website, now=at)


def _dead_letters(*, now: datetime) -> None:
    """Signals that failed five times; another try takes them in."""
    website, ops = Source.objects.get(name="website"), _person("ops")
    for number, (name, email, error, because) in enumerate(LOST):
        at = now - (8 - number) * HOUR
        payload = _payload(f"lost-{number}", "content_download", at=at)
        payload["person"] = {"first_name": name.split()[0], "last_name": name.split()[1], "email": email}
        signal = intake.read(payload, source=website, now=at)
        intake.keep_failed(signal, payload, source=website, error=error, now=at)
        kept = FailedSignal.objects.filter(signal_id=signal.signal_id)
        kept.update(attempts=intake.MOST_ATTEMPTS, retry_at=None, dead_at=at + HOUR)
        if because:
            dead_letters.set_aside(kept.get(), because=because, by=ops, now=now - HOUR)


def _endpoint_that_is_gone(*, now: datetime) -> None:
    """An endpoint that failed for a day and then said that it is gone; nobody is called for that."""
    ops, first = _person("ops"), TRIES[0][0] * HOUR
    gone = webhooks.create(GONE, by=ops, now=now - first)
    webhooks.send_test(gone, by=ops, now=now - first)
    for hours, status, problem in TRIES:
        at = now - hours * HOUR
        if (claimed := webhook_deliveries.claim(gone.pk, now=at)) is not None:
            webhook_deliveries.record(claimed, Outcome(120, status, "", problem), now=at)


def _steps_set_aside(*, now: datetime) -> None:
    """Warnings of two clocks that failed each time."""
    warnings = ClockStep.objects.filter(action=Action.WARN, due_at__lt=now - HOUR / 2, clock__stopped_at=None)
    for step, fault in zip(warnings.order_by("-due_at", "-id"), FAULTS, strict=False):
        ClockStep.objects.filter(pk=step.pk).update(
            outcome=ClockStep.Outcome.FAILED,
            done_at=now,
            attempts=MOST_ATTEMPTS + 1,
            note=fault,
            retry_at=None,
        )


def _waiting_for_a_better_time(*, now: datetime) -> None:
    """One lead asked to be called later, and one is put off inside its clock."""
    rep = _person("sdr")
    calm = Handoff.objects.open().filter(assignee=rep, clocks__stopped_at=None, clocks__due_at__gt=now + HOUR)
    for number, handoff in enumerate(calm.distinct().order_by("-id")[:2]):
        if number == 0:
            said = "In a meeting, free later today."
            pauses.call_later(handoff, until=now + 4 * HOUR, by=rep, now=now - MINUTE, note=said)
        elif (last := snoozing.latest(handoff, by=rep, now=now)) > now:
            snoozing.snooze(handoff, until=min(now + HOUR, last), by=rep, now=now)


def _refused_calls(*, now: datetime) -> None:
    """A tool that sends what nobody can use, all night; and somebody without a key."""
    tool = Source.objects.get(name="webinars").pk
    for source, refused in ((tool, REFUSED), (None, SCANNED)):
        for hours, count, refusal in refused:
            refused_calls.note([refusal] * count, source=source, now=now - hours * HOUR)


def _payload(number: str, type_: str, *, at: datetime) -> dict[str, Any]:
    return {"signal_id": f"demo-{number}", "type": type_, "occurred_at": at.isoformat()}


def _person(login: str) -> User:
    return User.objects.get(email=f"{login}@{DOMAIN}")
