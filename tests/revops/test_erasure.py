"""Erased means erased: a canary through every door, erased, and nowhere to be found; every count as before (P38)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.test import Client
from django.urls import reverse

from leads import background, file_imports, suppressions
from leads.models import (
    AuditEntry,
    BackgroundRun,
    Erasure,
    FailedSignal,
    FileImport,
    Lead,
    OutboxMessage,
    Suppression,
    Team,
    User,
)
from leads.models.file_import import FilePart
from reports import rollups
from reports.models import PackedWeek
from revops.background_work import WORK
from revops.lead_page.contents import context, visible_leads
from revops.privacy import erasure
from revops.privacy.erasure import CannotErase
from routing import after_acceptance, handoffs
from routing.models import FollowUp, Handoff
from scoring import rescoring, verification
from tests import canary, factories
from tests.conftest import SignIn

Why = Erasure.Why


@pytest.fixture
def kanarina(ana: User, mia: User, olga: User, now: datetime) -> Lead:
    """The canary, through every door, worked, and merged with a second address."""
    canary.through_the_api(now=now)
    canary.worked(ana, mia, olga, now=now)
    canary.through_files(by=olga, now=now)
    canary.second_self(olga, now=now + timedelta(hours=1))
    canary.a_dead_letter(now=now)
    canary.touched_by_ops(olga, now=now + timedelta(hours=2))
    return factories.lead_of(canary.EMAIL)


def counts() -> dict[str, int]:
    """How many rows each table has, but for those that an erasure adds to or takes from."""
    own = {
        "Erasure",
        "Suppression",
        "AuditEntry",
        "TimelineEvent",
        "BackgroundRun",
        "FailedSignal",
        "FilePart",
    }
    models = [model for model in apps.get_models() if model.__name__ not in own]
    return {model.__name__: model._default_manager.count() for model in models}


def figures(now: datetime) -> list[tuple[Any, ...]]:
    rollups.fill(now=now)
    columns = ("measure", "monday", "legend", "columns")
    return [
        (name, monday, legend, bytes(packed))
        for name, monday, legend, packed in PackedWeek.objects.order_by("measure", "monday").values_list(
            *columns
        )
    ]


def test_a_canary_is_found_before_and_nowhere_after(kanarina: Lead, olga: User, now: datetime) -> None:
    assert len(canary.found()) > 30

    canary.erased(kanarina, by=olga, now=now + timedelta(days=1))

    assert canary.found() == []
    kanarina.refresh_from_db()
    assert kanarina.name == "Erased person"


def test_page_of_the_lead_says_what_was_decided_and_offers_nothing_to_do(
    kanarina: Lead, ana: User, olga: User, now: datetime
) -> None:
    kept_fit = Lead.objects.get(pk=kanarina.pk).score.fit

    canary.erased(kanarina, by=olga, now=now + timedelta(days=1))

    lead = visible_leads(olga).get(pk=kanarina.pk)
    shown = context(lead, viewer=olga, now=now + timedelta(days=2))
    fit = shown["brief"].scores[0]
    assert (fit.bar, [term.points for term in fit.terms]) == (round(kept_fit), [fit.total])
    assert [shown[name] for name in ("attempt_form", "note_form", "meeting_form", "chart")] == [None] * 4
    assert not any(one.withdrawn_at == lead.erased_at for one in shown["consents"])
    moved = [entry.text for entry in shown["story"] if entry.kind == "Stage" and entry.who == "Ana"]
    assert moved
    assert all(" → " in text and text.endswith(": [erased]") for text in moved)


PLAIN_PAGES = (
    *("leads", "accounts", "opportunities", "opportunity-board", "opportunities-csv", "nurture", "team"),
    *(
        "service-level-records",
        "service-level-csv",
        "handoff-records",
        "handoff-csv",
        "decisions",
        "duplicates",
    ),
    *("notifications", "day", "audit", "audit-csv", "dead-letters", "left-behind", "doubts", "suppressions"),
)


def words_shown(client: Client, lead: Lead) -> list[tuple[str, str]]:
    """Each address that `client` may open and shows one of the canary's words, with the word."""
    own = [reverse(name, args=[lead.pk]) for name in ("lead", "lead-scores", "person-data")]
    found = []
    for path in (*map(reverse, PLAIN_PAGES), *own, reverse("account", args=[lead.account_id])):
        answer = client.get(path)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        found += [(path, word) for word in canary.WORDS if word in body.decode()]
    return found


@pytest.mark.parametrize("role", ["VIEWER", "MARKETER", "AE", "MANAGER", "OPS"])
def test_no_page_of_any_role_shows_a_word_of_who_was_erased(
    role: str, kanarina: Lead, dach: Team, olga: User, as_user: SignIn, now: datetime
) -> None:
    team = dach if role in {"AE", "MANAGER"} else None
    client = as_user(factories.person("reader", role=role, team=team))
    with time_machine.travel(now + timedelta(hours=3), tick=False):
        before = words_shown(client, kanarina)

    canary.erased(kanarina, by=olga, now=now + timedelta(days=1))

    with time_machine.travel(now + timedelta(days=1, hours=1), tick=False):
        assert words_shown(client, kanarina) == []
    assert {canary.FIRST, canary.LAST} <= {word for _, word in before}


def test_nobody_writes_of_an_erased_person_again(
    kanarina: Lead, ana: User, olga: User, now: datetime, as_user: SignIn
) -> None:
    canary.erased(kanarina, by=olga, now=now + timedelta(days=1))
    desk, told = as_user(olga), "This person was erased"

    written = desk.post(reverse("lead-note", args=[kanarina.pk]), {"text": "Kanarina called."}, follow=True)
    tried = desk.post(
        reverse("log-attempt", args=[kanarina.pk]), {"channel": "CALL", "outcome": "REACHED"}, follow=True
    )

    assert told in written.content.decode()
    assert told in tried.content.decode()
    assert canary.found() == []


def test_every_count_and_every_figure_stays(kanarina: Lead, olga: User, now: datetime) -> None:
    later = now + timedelta(days=8)
    after_acceptance.nobody_is_there(
        kanarina, by=olga, now=now + timedelta(hours=3)
    )  # whose end is counted as any
    before = figures(later), counts()

    canary.erased(kanarina, by=olga, now=now + timedelta(days=1))

    assert counts() == before[1]
    assert figures(later) == before[0]
    assert list(rollups.differences()) == []


def test_scores_stay_and_still_verify(kanarina: Lead, olga: User, now: datetime) -> None:
    kanarina.refresh_from_db()
    tier, fit = kanarina.tier, kanarina.score.fit

    canary.erased(kanarina, by=olga, now=now + timedelta(days=1))

    kanarina = Lead.objects.get(pk=kanarina.pk)
    assert (kanarina.tier, kanarina.score.fit) == (tier, fit)
    assert list(verification.differences()) == []
    assert rescoring.outdated() == 0


def test_the_audit_says_that_it_was_done_and_not_to_whom(kanarina: Lead, olga: User, now: datetime) -> None:
    before = canary.audit_is_whole()

    asked = canary.erased(kanarina, by=olga, now=now + timedelta(days=1))

    assert canary.audit_is_whole()[: len(before)] == before
    told = AuditEntry.objects.get(action="person.erased")
    assert told.subject == f"lead:{kanarina.pk}"
    assert told.actor == olga
    assert told.text == f"The person behind lead {kanarina.pk} was erased: The person asked for it"
    assert told.after is not None
    assert told.after["rows"] == asked.rows
    assert asked.rows["leads.Lead"] == 2


def test_a_second_run_of_the_same_erasure_changes_nothing(kanarina: Lead, olga: User, now: datetime) -> None:
    asked = canary.erased(kanarina, by=olga, now=now + timedelta(days=1))
    rows = AuditEntry.objects.count()

    run = BackgroundRun.objects.get(kind=erasure.KIND)
    erasure.work(run, lambda *_told, **_more: None)

    assert AuditEntry.objects.count() == rows
    assert Erasure.objects.get() == asked


def test_somebody_else_keeps_every_word(kanarina: Lead, olga: User, now: datetime) -> None:
    factories.receive(factories.signal("webinar_attended"), now=now)
    before = canary.found(("Eva", "Klein", "eva@acme.example"))

    canary.erased(kanarina, by=olga, now=now + timedelta(days=1))

    assert canary.found(("Eva", "Klein", "eva@acme.example")) == before


def test_queues_name_leads_by_number_alone(kanarina: Lead, olga: User, now: datetime) -> None:
    asked = erasure.ask(kanarina, Why.ASKED, reference="", by=olga, now=now)

    assert BackgroundRun.objects.get(kind=erasure.KIND).parameters == {"erasure": asked.pk}


def test_a_file_that_is_being_read_is_waited_for(kanarina: Lead, olga: User, now: datetime) -> None:
    waiting = FileImport.objects.get(name="waiting.csv")
    run = background.ask("somebody's", {}, by=olga, now=now)
    FileImport.objects.filter(pk=waiting.pk).update(run=run)
    asked = erasure.ask(kanarina, Why.ASKED, reference="", by=olga, now=now)

    background.work_off(WORK)
    assert Erasure.objects.filter(pk=asked.pk, done_at=None).exists()
    assert FilePart.objects.filter(file_import=waiting).exists()

    background.cancel(run, now=now)
    background.work_off(WORK)
    assert not Erasure.objects.filter(pk=asked.pk, done_at=None).exists()
    assert not FilePart.objects.filter(file_import=waiting).exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_a_file_is_searched_in_whatever_encoding_it_is(encoding: str, db: None) -> None:
    kept = factories.file_import(f"Email,Name\r\n{canary.EMAIL},Jürgen\r\n".encode(encoding))

    assert list(file_imports.holding(lambda text: canary.EMAIL in text)) == [kept]
    assert list(file_imports.holding(lambda text: "other@" in text)) == []


def test_whoever_was_erased_or_is_being_erased_is_not_erased_again(
    kanarina: Lead, olga: User, now: datetime
) -> None:
    erasure.ask(kanarina, Why.ASKED, reference="", by=olga, now=now)
    with pytest.raises(CannotErase, match="under way"):
        erasure.ask(kanarina, Why.ASKED, reference="", by=olga, now=now)

    background.work_off(WORK)
    with pytest.raises(CannotErase, match="erased already"):
        erasure.ask(kanarina, Why.ASKED, reference="", by=olga, now=now)


def test_who_refused_stays_refused_when_they_come_back(kanarina: Lead, olga: User, now: datetime) -> None:
    factories.receive(canary.payload("unsubscribe"), now=now + timedelta(hours=3))
    canary.erased(kanarina, by=olga, now=now + timedelta(days=1))
    assert set(Suppression.objects.values_list("lead", flat=True)) == {None}

    answer = factories.receive(canary.payload("demo_request"), now=now + timedelta(days=2))
    again = Lead.objects.get(pk=answer["lead"]["id"])

    assert again.pk != kanarina.pk
    assert again.suppressed_at is not None
    assert suppressions.refuses(again.email_key or "")


def test_no_mail_is_planned_for_who_refused_before_they_were_erased(
    kanarina: Lead, ana: User, olga: User, now: datetime
) -> None:
    factories.receive(canary.payload("unsubscribe"), now=now + timedelta(hours=3))
    canary.erased(kanarina, by=olga, now=now + timedelta(days=1))
    later = now + timedelta(days=2)
    answer = factories.receive(canary.payload("demo_request"), now=later)

    handoffs.accept(Handoff.objects.get(pk=answer["handoff"]["id"]), by=ana, now=later)

    planned = FollowUp.objects.filter(lead=answer["lead"]["id"])
    assert planned.filter(channel="CALL").exists()
    assert not planned.doable().filter(channel="EMAIL").exists()
    assert not planned.open().filter(channel="EMAIL").exists()


def test_a_letter_that_has_not_left_names_nobody(ana: User, olga: User, now: datetime) -> None:
    factories.receive(canary.payload("webinar_attended"), now=now)
    lead = factories.lead_of(canary.EMAIL)
    OutboxMessage.objects.create(
        channel="EMAIL",
        recipient=ana,
        title=f"{canary.FIRST} {canary.LAST} waits",
        text=canary.SECRET,
        path=lead.get_absolute_url(),
        key="one",
        created_at=now,
        due_at=now + timedelta(days=2),
    )

    canary.erased(lead, by=olga, now=now + timedelta(days=1))

    letter = OutboxMessage.objects.get(key="one")
    assert (letter.title, letter.text) == ("[erased] waits", "")


def test_a_dead_letter_of_theirs_is_gone_and_a_colleagues_stays(
    kanarina: Lead, olga: User, now: datetime
) -> None:
    body = factories.signal("webinar_attended", signal_id="other", properties={"friend": canary.EMAIL})
    FailedSignal.objects.create(
        source=factories.source(), signal_id="other", payload=body, error="", received_at=now, retry_at=now
    )

    canary.erased(kanarina, by=olga, now=now + timedelta(days=1))

    [left] = FailedSignal.objects.all()
    assert left.payload["person"]["first_name"] == "Eva"
    assert left.payload["properties"] == {"friend": "[erased]"}
