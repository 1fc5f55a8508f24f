"""The story of a lead: in order, by part, and whole however many pages it takes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from leads import audit, history, notes, timeline
from leads.history import Cursor
from leads.models import Lead, User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(ana: User, now: datetime) -> Lead:
    return factories.handoff(now=now).lead


def whole(lead: Lead, part: str = "") -> list[tuple[str, str]]:
    """Every entry, page by page."""
    page = history.story(lead, part)
    found = [(entry.kind, entry.note or entry.text) for entry in page.entries]
    while page.older:
        page = history.story(lead, part, after=Cursor.parse(page.older))
        found += [(entry.kind, entry.note or entry.text) for entry in page.entries]
    return found


def test_pages_hold_everything_once_in_order_even_of_one_moment(lead: Lead, ana: User, now: datetime) -> None:
    before = len(whole(lead))
    for number in range(70):
        notes.add(lead, f"n{number}", by=ana, now=now + timedelta(minutes=number // 30))
        audit.record("lead.test", subject=f"lead:{lead.pk}", text=f"c{number}", by=ana, at=now)

    told = whole(lead)

    assert len(told) == len(set(told)) == before + 140
    assert [text for kind, text in told if kind == "Note"] == [f"n{number}" for number in reversed(range(70))]
    assert [text for kind, text in told if kind == "Change"] == [
        f"c{number}" for number in reversed(range(70))
    ]


def test_each_part_shows_its_own_kind(lead: Lead, ana: User, now: datetime) -> None:
    notes.add(lead, "Likes cats.", by=ana, now=now)
    timeline.record(lead, timeline.Kind.ATTEMPT, "Call: reached", by=ana, at=now)

    assert whole(lead, "notes") == [("Note", "Likes cats.")]
    assert whole(lead, "attempts") == [("Attempt", "Call: reached")]
    assert {kind for kind, _ in whole(lead, "touches")} == {"Signal"}
    assert {kind for kind, _ in whole(lead, "stages")} == {"Stage"}
    assert whole(lead, "no such part") == whole(lead)


def test_moments_that_a_sentence_names_are_read_in_the_readers_zone(
    lead: Lead, ana: User, now: datetime
) -> None:
    until = now.replace(month=12, day=31, hour=23, minute=30)
    told = f"Put off until {timeline.moment(until)} (“not before 31 December 2026, 23:30 UTC”)"
    timeline.record(lead, timeline.Kind.NOTE, told, by=ana, at=now, moments=[until])

    with timezone.override("Asia/Tokyo"):
        read = whole(lead, "notes")

    assert read == [
        ("Note", "Put off until 1 January 2027, 08:30 (“not before 31 December 2026, 23:30 UTC”)")
    ]
    assert told.startswith("Put off until 31 December 2026, 23:30 UTC")


@pytest.mark.parametrize(
    "text",
    ["", "x", "2026-11-17T09:00:00_0_1", "2026-11-17T09:00:00+00:00_0_99999999999999999999", "__", "a_0_1"],
)
def test_a_mark_that_cannot_be_read_is_the_beginning(text: str) -> None:
    assert Cursor.parse(text) is None


def test_a_note_without_a_word_is_refused(lead: Lead, ana: User, now: datetime) -> None:
    with pytest.raises(notes.NothingWritten):
        notes.add(lead, "  \n ", by=ana, now=now)
