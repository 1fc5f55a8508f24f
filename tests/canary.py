"""A person with unmistakable words, sent through every door, and the search for those words in every column."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.test import Client

from leads import api_keys, audit, background, intake, lifecycle, notes
from leads.models import AuditEntry, BackgroundRun, Erasure, FileImport, Lead, User
from revops import pipeline, relay
from revops.background_work import WORK
from revops.imports import file_importing
from revops.privacy import erasure
from routing import attempts, doubts, handoffs
from routing.doubts import ScoresThen
from routing.models import Attempt, Handoff
from tests import factories

FIRST, LAST, TITLE = "Kanarina", "Vogelsang", "Chief Canary Officer"
EMAIL, SECOND_EMAIL, PHONE = "kanarina.vogelsang@canary.example", "k.vogelsang@gmx.example", "+49 30 5550123"
SECRET = "sings-at-dawn"  # what anybody wrote about them
BROWSER = "browser-of-the-canary"
WORDS = (FIRST, LAST, TITLE, "vogelsang@", "5550123", SECRET, BROWSER)

TEXT_COLUMNS = """
    SELECT c.relname, a.attname, format_type(a.atttypid, NULL)
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0
        AND NOT a.attisdropped
        AND format_type(a.atttypid, NULL) ~ '^(text|character varying|jsonb|json|bytea|character)'
    ORDER BY 1, 2
"""


def found(words: tuple[str, ...] = WORDS) -> list[str]:
    """Every place of the database, and what stands there, in which one of the words does."""
    places = []
    with connection.cursor() as cursor:
        cursor.execute(TEXT_COLUMNS)
        for table, column, kind in cursor.fetchall():
            shown = f"encode({column}, 'escape')" if kind == "bytea" else f'"{column}"::text'
            cursor.execute(f'SELECT {shown} FROM "{table}" WHERE {shown} ~* ANY (%s)', [list(words)])
            places += [f"{table}.{column}: {value[:200]}" for (value,) in cursor.fetchall()]
    return places


def payload(type_: str, email: str = EMAIL, **fields: Any) -> dict[str, Any]:
    person = {"email": email, "first_name": FIRST, "last_name": LAST, "title": TITLE, "phone": PHONE}
    return factories.signal(type_, person={**person, "country": "DE"}, **fields)


def through_the_api(*, now: datetime) -> None:
    """A visit of nobody known yet, and then a request with everything that a request can hold."""
    factories.receive(
        {"type": "page_view", "visitor_id": BROWSER, "url": f"https://x.example/?{SECRET}"}, now=now
    )
    body = payload(
        "demo_request",
        signal_id=f"crm-{EMAIL}",
        visitor_id=BROWSER,
        answers={"pain": f"{SECRET}, says {FIRST}"},
        properties={"comment": SECRET, "nested": [{"who": f"{LAST}, {FIRST}"}]},
        self_reported_source=f"{SECRET} told me",
        consent={"basis": "opt_in", "text": f"I, {FIRST} {LAST}, agree."},
        referrer=f"https://x.example/{SECRET}",
        unknown_field={"mail": EMAIL},
    )
    key = api_keys.issue("website", now=now)
    answer = Client().post(
        "/api/v1/signals",
        json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}"},
    )
    assert answer.status_code == 201, answer.content


def through_files(*, by: User, now: datetime) -> FileImport:
    """One file that was taken in, with a row of theirs refused; and one that waits, which is returned."""
    head = "Email,First Name,Last Name,Company Name,Note\n"
    mine = f"{EMAIL.upper()},{FIRST},{LAST},Canary,{SECRET}\n"
    broken = f"{EMAIL},{FIRST},{LAST},{'x' * 300},{SECRET}\nno address,{FIRST},{LAST},Canary,{SECRET}\n"
    done = factories.file_import(head + mine + broken, name=f"{FIRST} {LAST}.csv")
    file_imports_preset(done)
    file_importing.begin(done, by=by, now=now)
    background.work_off(WORK)
    waiting = factories.file_import(head + mine, name="waiting.csv", sender="other")
    file_imports_preset(waiting)
    return waiting


def file_imports_preset(one: FileImport) -> None:
    mapping = {"fields": {"person.email": "Email"}}
    FileImport.objects.filter(pk=one.pk).update(preset="hubspot", mapping=mapping)
    one.refresh_from_db()


def a_dead_letter(*, now: datetime) -> None:
    body = payload("webinar_attended", signal_id="dead")
    signal = intake.read(body, source=factories.source(), now=now)
    intake.keep_failed(signal, body, source=factories.source(), error=RuntimeError(EMAIL), now=now)


def worked(rep: User, manager: User, ops: User, *, now: datetime) -> None:
    """A rep accepts, calls, writes notes, doubts; the relay tells everybody; a second address is merged."""
    lead = factories.lead_of(EMAIL)
    handoff = Handoff.objects.open().get(lead=lead)
    then = ScoresThen(
        handoff.fit, handoff.engagement, handoff.urgency, handoff.tier, handoff.scorecard_version
    )
    doubts.raise_doubt(handoff, SECRET, then, by=manager, now=now)
    handoffs.accept(handoff, by=rep, now=now + timedelta(minutes=1))
    lead.refresh_from_db()
    attempts.log(
        lead,
        channel=Attempt.Channel.CALL,
        outcome=Attempt.Outcome.REACHED,
        by=rep,
        now=now + timedelta(minutes=2),
        note=f"{FIRST}: {SECRET}",
    )
    notes.add(lead, f"{SECRET} {PHONE}", by=rep, now=now + timedelta(minutes=3))
    text = f"{LAST}, {FIRST} complained: see {EMAIL}"
    audit.record("note.kept", subject="elsewhere:1", text=text, by=ops, at=now, after={"who": EMAIL})
    relay.deliver_due(now=now + timedelta(minutes=30))


def second_self(ops: User, *, now: datetime) -> Lead:
    """The same person at another address, who was merged into the first."""
    from leads import merging

    pipeline.receive(payload("webinar_attended", SECOND_EMAIL), source=factories.source(), now=now)
    other = factories.lead_of(SECOND_EMAIL)
    merging.merge(other, into=factories.lead_of(EMAIL), by=ops, now=now)
    return other


def touched_by_ops(ops: User, *, now: datetime) -> None:
    """What is audited of a lead: out for good, and back, with a reason that quotes them."""
    lead = factories.lead_of(EMAIL)
    lifecycle.disqualify(lead, by=ops, now=now, cause=f"{SECRET}", reason="other")
    lifecycle.reinstate(lead, by=ops, now=now, reason=f"{FIRST} {SECRET}")


def audit_is_whole() -> list[tuple[Any, ...]]:
    """Everything of the audit but for its words."""
    columns = ("pk", "at", "action", "subject", "actor", "job")
    return list(AuditEntry.objects.order_by("pk").values_list(*columns))


def erased(lead: Lead, *, by: User, now: datetime) -> Erasure:
    asked = erasure.ask(lead, Erasure.Why.ASKED, reference="DSR-7", by=by, now=now)
    background.work_off(WORK)
    asked.refresh_from_db()
    assert asked.done_at is not None, BackgroundRun.objects.latest("pk").error
    return asked
