"""The pages of the rejection reasons: what reps may choose, in which order, and what becomes of the lead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from leads.models import User
from routing import handoffs
from routing.forms.reasons import ReasonForm
from routing.models import RejectionReason
from tests import factories

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def ops(as_user: SignIn, olga: User) -> Client:
    return as_user(olga)


def reason(code: str) -> RejectionReason:
    return RejectionReason.objects.get(code=code)


def sent(code: str, **changes: Any) -> dict[str, Any]:
    values = {**ReasonForm(reason=reason(code)).initial, **changes}
    return {name: value for name, value in values.items() if value is not None and value is not False}


def address(name: str, code: str) -> str:
    return reverse(name, args=[reason(code).pk])


def order() -> list[str]:
    in_use = RejectionReason.objects.filter(is_active=True).order_by("position")
    return list(in_use.values_list("code", flat=True))


@pytest.mark.parametrize("role", ["OPS", "MANAGER", "MARKETER", "VIEWER"])
def test_the_office_reads_what_becomes_of_a_rejected_lead(role: str, as_user: SignIn, model: object) -> None:
    page = as_user(factories.person("reader", role=role)).get(reverse("reasons"))

    text = " ".join(page.content.decode().split())
    assert page.status_code == 200
    assert "Wrong timing</th> <td> recycled, back after 180 days" in text
    assert "merged into the lead that it duplicates" in text
    assert "disqualified for good" in text


@pytest.mark.parametrize("role", ["SDR", "AE", "CSM"])
def test_who_sells_chooses_reasons_and_does_not_configure_them(
    role: str, as_user: SignIn, model: object
) -> None:
    assert as_user(factories.person("seller", role=role)).get(reverse("reasons")).status_code == 403


@pytest.mark.parametrize("role", ["SDR", "AE", "CSM", "MANAGER", "MARKETER", "VIEWER"])
def test_only_operations_changes_reasons(role: str, as_user: SignIn, model: object) -> None:
    client = as_user(factories.person("reader", role=role))
    before = list(RejectionReason.objects.order_by("pk").values())

    answers = [
        client.get(reverse("reason-add")),
        client.post(reverse("reason-add"), {"label": "Mine", "outcome": "RECYCLE"}),
        client.get(address("reason-edit", "bad-fit")),
        client.post(address("reason-edit", "bad-fit"), sent("bad-fit", label="Mine")),
        client.post(address("reason-move", "bad-fit"), {"direction": "down"}),
        client.post(address("reason-retire", "bad-fit")),
        client.post(address("reason-restore", "bad-fit")),
    ]

    assert [answer.status_code for answer in answers] == [403] * 7
    assert list(RejectionReason.objects.order_by("pk").values()) == before


def test_a_new_reason_comes_last_and_can_be_chosen(
    *, ops: Client, ana: User, now: datetime, as_user: SignIn
) -> None:
    ops.post(reverse("reason-add"), {"label": "Büro geschlossen", "outcome": "RECYCLE", "hold_days": 14})
    handoff = factories.handoff(now=now)

    handoffs.reject(handoff, handoffs.Rejection(reason("buro-geschlossen")), by=ana, now=now)

    assert order()[-1] == "buro-geschlossen"
    assert factories.lead_of("eva@acme.example").held_until == now + timedelta(days=14)


def test_reasons_whose_labels_leave_no_letters_get_codes_of_their_own(ops: Client) -> None:
    for label in ("予算なし", "時期尚早"):
        ops.post(reverse("reason-add"), {"label": label, "outcome": "RECYCLE"})

    assert order()[-2:] == ["reason", "reason-2"]


def test_an_edited_reason_keeps_its_code(ops: Client) -> None:
    answer = ops.post(
        address("reason-edit", "low-intent"), sent("low-intent", label="Just looking", hold_days=30)
    )

    changed = reason("low-intent")
    assert answer.status_code == 302
    assert (changed.label, changed.hold_days) == ("Just looking", 30)


WRONG = [
    ({"label": ""}, "label", "This field is required."),
    ({"label": "l" * 81}, "label", "Ensure this value has at most 80 characters (it has 81)."),
    ({"label": "BAD FIT"}, "label", "There is a reason of this name already."),
    ({"outcome": "FORGET"}, "outcome", "Select a valid choice. FORGET is not one of the available choices."),
    ({"hold_days": "0"}, "hold_days", "Give a whole number from 1 to 1095."),
    ({"hold_days": "soon"}, "hold_days", "Give a whole number from 1 to 1095."),
    (
        {"outcome": "DISQUALIFY", "hold_days": "30"},
        "hold_days",
        "Only recycled leads are held: choose Recycle, or leave the days empty.",
    ),
]


@pytest.mark.parametrize(("changes", "field", "sentence"), WRONG)
def test_an_unclear_reason_is_refused_beside_its_field(
    *, changes: dict[str, Any], field: str, sentence: str, ops: Client
) -> None:
    added = ops.post(reverse("reason-add"), {"label": "New", "outcome": "RECYCLE", **changes})
    edited = ops.post(address("reason-edit", "low-intent"), sent("low-intent", **changes))

    assert [added.status_code, edited.status_code] == [422, 422]
    assert added.context["form"].errors == edited.context["form"].errors == {field: [sentence]}
    assert RejectionReason.objects.count() == 11
    assert reason("low-intent").label == "Low intent"


def test_a_retired_reason_stays_readable_and_comes_back(ops: Client) -> None:
    ops.post(address("reason-retire", "competitor"))
    page = ops.get(reverse("reasons"))
    retired = order()

    ops.post(address("reason-restore", "competitor"))

    assert "competitor" not in retired
    assert [row.code for row in page.context["retired"]] == ["competitor"]
    assert "Happy with a competitor" in page.content.decode()
    assert "competitor" in order()


def test_the_last_reason_in_use_is_not_retired(ops: Client) -> None:
    RejectionReason.objects.exclude(code="bad-fit").update(is_active=False)

    answer = ops.post(address("reason-retire", "bad-fit"), follow=True)

    assert "this is the last one in use" in answer.content.decode()
    assert order() == ["bad-fit"]


def test_reasons_move_within_those_in_use_and_the_ends_hold(ops: Client) -> None:
    ops.post(address("reason-retire", "low-intent"))
    ops.post(address("reason-move", "wrong-timing"), {"direction": "up"})
    ops.post(address("reason-move", "wrong-timing"), {"direction": "up"})
    ops.post(address("reason-move", "unresponsive"), {"direction": "down"})
    ops.post(address("reason-move", "wrong-role"), {"direction": "sideways"})
    ops.post(address("reason-move", "low-intent"), {"direction": "up"})

    assert order()[:3] == ["wrong-timing", "bad-fit", "wrong-role"]
    assert order()[-1] == "unresponsive"


def test_the_second_editor_sees_both_and_saves_on_top(ops: Client) -> None:
    theirs, mine = sent("low-intent", hold_days=30), sent("low-intent", hold_days=45, note_required="on")
    ops.post(address("reason-edit", "low-intent"), theirs)

    answer = ops.post(address("reason-edit", "low-intent"), mine)
    again = ops.post(address("reason-edit", "low-intent"), dict(answer.context["carried"]))

    assert answer.status_code == 409
    assert [(each.label, each.one, each.other) for each in answer.context["differences"]] == [
        ("Days on hold", "45", "30"),
        ("The rep must write a note", "yes", "no"),
    ]
    assert again.status_code == 302
    assert (reason("low-intent").hold_days, reason("low-intent").note_required) == (45, True)
