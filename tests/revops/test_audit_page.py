"""The audit's page: newest first, searched by words, person and day, and downloaded whole."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leads import audit
from leads.actors import Job
from leads.models import User
from tests.conftest import SignIn

PAGE = "/audit/"


@pytest.fixture
def desk(olga: User, as_user: SignIn) -> Client:
    return as_user(olga)


def changed(text: str, *, by: User | Job, at: datetime) -> None:
    audit.record(
        "scorecard.published", subject="scorecard:4", text=text, by=by, at=at, after={"gate_fit": 45}
    )


def told(client: Client, **asked: str | int) -> list[str]:
    return [line.text for line in client.get(PAGE, asked).context["lines"]]


def test_changes_are_told_newest_first_with_who_and_to_what(desk: Client, olga: User, now: datetime) -> None:
    changed("Version 3 published.", by=Job("installation"), at=now)
    changed("Version 4 published.", by=olga, at=now + timedelta(days=1))

    page = desk.get(PAGE)

    assert [(line.text, line.who) for line in page.context["lines"]] == [
        ("Version 4 published.", "Olga"),
        ("Version 3 published.", "installation"),
    ]
    assert reverse("scorecard", args=[4]) in page.content.decode()
    assert "&quot;gate_fit&quot;: 45" in page.content.decode()


def test_changes_are_found_by_words_by_person_and_since_a_day(
    desk: Client, olga: User, now: datetime
) -> None:
    changed("Version 3 published.", by=Job("installation"), at=now)
    changed("Version 4 published.", by=olga, at=now + timedelta(days=1))

    assert told(desk, q="published 3") == ["Version 3 published."]
    assert told(desk, who=olga.pk) == ["Version 4 published."]
    assert told(desk, since=f"{now + timedelta(days=1):%Y-%m-%d}") == ["Version 4 published."]
    assert told(desk, q="nothing like it") == []


@pytest.mark.parametrize("asked", [{"since": "soon"}, {"who": "x'; --"}, {"q": "a\x00b"}, {"before": "x"}])
def test_what_cannot_be_asked_breaks_no_page(desk: Client, asked: dict[str, str]) -> None:
    assert desk.get(PAGE, asked).status_code == 200


def test_what_changed_since_monday_is_one_link_away(desk: Client, olga: User) -> None:
    today = timezone.now()
    changed("This week.", by=olga, at=today)
    changed("Last week.", by=olga, at=today - timedelta(days=8))

    link = desk.get(PAGE).context["since_monday_url"]

    assert [line.text for line in desk.get(link).context["lines"]] == ["This week."]


def test_the_page_and_the_file_say_where_a_change_came_from(desk: Client, olga: User, now: datetime) -> None:
    with audit.coming_from("203.0.113.9"):
        changed("From the office.", by=olga, at=now)

    answer = desk.get(reverse("audit-csv"))

    assert "from 203.0.113.9" in desk.get(PAGE).content.decode()
    assert "203.0.113.9" in b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]


def test_long_audits_come_in_pages(desk: Client, olga: User, now: datetime) -> None:
    for number in range(60):
        changed(f"Change {number}.", by=olga, at=now)

    first = desk.get(PAGE)
    second = desk.get(first.context["older_url"])

    assert [line.text for line in first.context["lines"]][::49] == ["Change 59.", "Change 10."]
    assert [line.text for line in second.context["lines"]] == [f"Change {n}." for n in range(9, -1, -1)]
    assert desk.get(second.context["newer_url"]).context["lines"] == first.context["lines"]


def test_a_change_stands_where_it_was_made_however_late_it_was_written_down(
    desk: Client, olga: User, now: datetime
) -> None:
    changed("Of today.", by=olga, at=now)
    for number in range(60):
        changed(f"Of day {number}.", by=olga, at=now - timedelta(days=number + 1))

    first = desk.get(PAGE)
    second = desk.get(first.context["older_url"])

    assert [line.text for line in first.context["lines"]][:2] == ["Of today.", "Of day 0."]
    assert [line.text for line in second.context["lines"]][::10] == ["Of day 49.", "Of day 59."]
    lines = b"".join(desk.get(reverse("audit-csv")).streaming_content).decode()  # type: ignore[attr-defined]
    assert lines.index("Of today.") < lines.index("Of day 0.") < lines.index("Of day 59.")


def test_the_file_says_when_by_the_clock_of_whoever_reads_it(desk: Client, olga: User, now: datetime) -> None:
    User.objects.filter(pk=olga.pk).update(time_zone="Asia/Kolkata")
    changed("A change.", by=olga, at=now)

    answer = desk.get(reverse("audit-csv"))

    assert "2026-11-17T14:30:00+05:30" in b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]


def test_file_holds_every_line_and_no_formula(desk: Client, olga: User, now: datetime) -> None:
    for number in range(60):
        changed(f"=SUM({number})", by=olga, at=now)

    answer = desk.get(reverse("audit-csv"))

    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert len([line for line in lines if "'=SUM(" in line]) == 60
    assert ",=SUM" not in "".join(lines)
