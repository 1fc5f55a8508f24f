"""Cadences and texts are edited in plain forms, refused in words, audited; who is in one goes on with theirs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from leads.models import AuditEntry, User
from routing import handoffs, mail_templates
from routing.models import Cadence, FollowUp, MailTemplate, WornPhrase
from tests import factories
from tests.conftest import SignIn


@pytest.fixture
def ops(olga: User, as_user: SignIn) -> Client:
    return as_user(olga)


def typed(**changes: Any) -> dict[str, Any]:
    """A form of two steps that can be published."""
    return {
        "seen": "1",
        "day": ["0", "2"],
        "channel": ["CALL", "EMAIL"],
        "template": ["", "last-words"],
        "what": ["", ""],
        "ends_on_day": "4",
        "ending": "RECYCLE",
        "hold_days": "30",
        **changes,
    }


def faults(response: Any) -> list[str]:
    found: list[str] = response.context["faults"]
    return found


def test_a_published_version_is_for_new_leads_and_who_is_in_one_goes_on(
    ops: Client, ana: User, now: datetime
) -> None:
    first = handoffs.accept(
        factories.waiting("eva", now=now, answers={"critical_event": "confirmed"}), by=ana, now=now
    )

    response = ops.post(reverse("cadence-edit", args=["T1"]), typed())

    assert response.status_code == 302
    assert Cadence.objects.current().get(tier="T1").version == 2
    assert FollowUp.objects.filter(lead=first.lead_id).count() == 9
    again = handoffs.open_handoff_of(
        factories.waiting("omar", now=now, answers={"critical_event": "confirmed"}).lead
    )
    assert again is not None
    Cadence.objects.update(published_at=now)
    handoffs.accept(again, by=again.assignee or ana, now=now)
    assert FollowUp.objects.filter(lead=again.lead_id).count() == 2
    entry = AuditEntry.objects.get(action="cadence.published")
    assert (entry.subject, entry.after and entry.after["ends_on_day"]) == ("cadence:T1", 4)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"day": ["-1", "2"]}, "Step 1 comes before day 0"),
        ({"channel": ["EMAIL", "CALL"], "template": ["", ""]}, "Step 1 is an e-mail without a text"),
        ({"day": ["2", "1"]}, "Day 1 stands after day 2"),
        (
            {"day": ["2", "2"], "channel": ["CALL", "CALL"], "template": ["", ""]},
            "Day 2 has two steps by call",
        ),
        ({"template": ["", "made-up"]}, "Step 2 names the template “made-up”"),
        ({"day": ["0", "soon"]}, "Step 2: give a whole number of days."),
        ({"hold_days": "0"}, "Let it rest for 1 to 365 days."),
        ({"ending": "FIRED"}, "Choose what becomes of a lead"),
        ({"day": [], "channel": [], "template": [], "what": []}, "Add a step"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words_and_nothing_typed_is_lost(
    ops: Client, changes: dict[str, Any], says: str
) -> None:
    response = ops.post(reverse("cadence-edit", args=["T1"]), typed(**changes))

    assert response.status_code == 422
    assert any(fault.startswith(says) for fault in faults(response))
    assert len(response.context["form"].rows) == len(changes.get("day", [1, 2]))
    assert Cadence.objects.current().get(tier="T1").version == 1


def test_two_editors_do_not_overwrite_each_other(ops: Client) -> None:
    ops.post(reverse("cadence-edit", args=["T1"]), typed())

    response = ops.post(reverse("cadence-edit", args=["T1"]), typed())

    assert response.status_code == 409
    assert faults(response)[0].startswith("Version 2 was published while you were editing.")
    assert Cadence.objects.current().get(tier="T1").version == 2
    ops.post(reverse("cadence-edit", args=["T1"]), typed(seen=str(response.context["form"].seen)))
    assert Cadence.objects.current().get(tier="T1").version == 3


@pytest.mark.parametrize(
    ("order", "days"),
    [
        ("add", ["0", "2", "2"]),
        ("remove:1", ["2"]),
        ("down:1", ["2", "0"]),
        ("up:2", ["2", "0"]),
        ("up:99", ["0", "2"]),
        ("dance", ["0", "2"]),
    ],
)
def test_steps_are_added_moved_and_removed_without_a_script(ops: Client, order: str, days: list[str]) -> None:
    response = ops.post(reverse("cadence-rearrange", args=["T1"]), typed(order=order))

    assert [row.day for row in response.context["form"].rows] == days
    assert Cadence.objects.count() == 2


def test_a_tier_that_nobody_knows_has_no_page(ops: Client) -> None:
    assert ops.get(reverse("cadence-edit", args=["T99"])).status_code == 404
    assert ops.get(reverse("cadence-edit", args=["T3"])).status_code == 200


def test_the_list_shows_steps_texts_and_who_may_edit(ops: Client, mia: User, as_user: SignIn) -> None:
    assert b"Edit the phrases" in ops.get(reverse("cadences")).content
    read_only = as_user(mia).get(reverse("cadences")).content
    assert b"Case study" in read_only
    assert b"Edit the phrases" not in read_only


def test_a_template_that_merely_follows_up_is_refused_and_a_good_one_is_kept(ops: Client) -> None:
    form = {"name": "Second try", "subject": "Hello", "body": "Just following up. {{why_you}}"}

    refused = ops.post(reverse("mail-template-add"), form)
    kept = ops.post(reverse("mail-template-add"), {**form, "body": "Hello {{first_name}}, {{why_you}}"})

    assert refused.status_code == 422
    assert "“just following up” gives nobody a reason to answer" in refused.content.decode()
    assert kept.status_code == 302
    assert MailTemplate.objects.get(code="second-try").body.endswith("{{why_you}}")
    assert AuditEntry.objects.filter(action="mail_template.added").count() == 1


def test_a_template_is_edited_once_by_two_editors_and_keeps_its_name_to_itself(ops: Client) -> None:
    template = MailTemplate.objects.get(code="last-words")
    page = reverse("mail-template-edit", args=[template.pk])
    form = {**mail_templates.values_of(template), "seen": mail_templates.edition_of(template)}

    assert ops.post(page, {**form, "subject": "Goodbye"}).status_code == 302
    assert ops.post(page, {**form, "subject": "Farewell"}).status_code == 409
    taken = ops.post(page, {**form, "name": "First words"})
    assert taken.status_code == 422
    assert b"There is a template of this name already." in taken.content


def test_the_worn_phrases_are_data(ops: Client) -> None:
    ops.post(reverse("worn-phrases"), {"phrases": "  Per my   last mail\n\ncircle back"})

    assert set(WornPhrase.objects.values_list("words", flat=True)) == {"per my last mail", "circle back"}
    refused = ops.post(
        reverse("mail-template-add"), {"name": "X", "subject": "S", "body": "Per my last mail {{why}}"}
    )
    assert refused.status_code == 422
