"""The pages of the promises and calendars: what was promised, in which time, and when teams work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from leads.models import Team, User
from routing.calendars import calendar_for
from routing.forms.service_levels import CalendarForm, PromiseForm
from routing.models import BusinessCalendar, Clock, ClockKind, ServiceLevel
from tests import factories

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def ops(as_user: SignIn, olga: User) -> Client:
    return as_user(olga)


def promise(tier: str = "", priority: str = "", clock: str = ClockKind.FIRST_RESPONSE) -> ServiceLevel:
    return ServiceLevel.objects.get(clock=clock, tier=tier, priority=priority)


def company() -> BusinessCalendar:
    return BusinessCalendar.objects.get(team=None)


def sent(form: PromiseForm | CalendarForm, **changes: Any) -> dict[str, Any]:
    values = {**form.initial, **changes}
    return {name: value for name, value in values.items() if value is not None and value is not False}


def promise_address(row: ServiceLevel) -> str:
    return reverse("service-level-edit", args=[row.pk])


def calendar_address(row: BusinessCalendar, name: str = "calendar-edit") -> str:
    return reverse(name, args=[row.pk])


@pytest.mark.parametrize("role", ["OPS", "MANAGER", "MARKETER", "VIEWER"])
def test_the_office_reads_what_was_promised(role: str, as_user: SignIn, model: object) -> None:
    page = as_user(factories.person("reader", role=role)).get(reverse("service-levels"))

    text = page.content.decode()
    assert page.status_code == 200
    assert [each.target for each in page.context["promises"][:2]] == ["60 minutes", "5 minutes"]
    assert "09:00–18:00" in text
    assert "Europe/Berlin" in text


@pytest.mark.parametrize("role", ["SDR", "AE", "CSM"])
def test_who_sells_does_not_read_the_configuration(role: str, as_user: SignIn, model: object) -> None:
    assert as_user(factories.person("seller", role=role)).get(reverse("service-levels")).status_code == 403


@pytest.mark.parametrize("role", ["SDR", "AE", "CSM", "MANAGER", "MARKETER", "VIEWER"])
def test_only_operations_changes_promises_and_calendars(role: str, as_user: SignIn, model: object) -> None:
    client = as_user(factories.person("reader", role=role))

    answers = [
        client.get(promise_address(promise("T1"))),
        client.post(promise_address(promise("T1")), sent(PromiseForm(promise=promise("T1")), amount=9)),
        client.get(calendar_address(company())),
        client.post(calendar_address(company()), sent(CalendarForm(calendar=company()), zone="UTC")),
        client.get(reverse("calendar-add")),
        client.post(reverse("calendar-add"), {}),
        client.post(calendar_address(company(), "calendar-remove")),
    ]

    assert [answer.status_code for answer in answers] == [403] * 7
    assert (promise("T1").target, company().zone) == (timedelta(minutes=5), "Europe/Berlin")


def test_a_new_target_holds_for_clocks_that_start_from_then_on(ops: Client, ana: User, now: datetime) -> None:
    running = factories.handoff(now=now)
    tier = running.tier
    before = Clock.objects.get(handoff=running, kind=ClockKind.FIRST_RESPONSE)

    form = PromiseForm(promise=promise(tier))
    answer = ops.post(promise_address(promise(tier)), sent(form, amount=2, unit="minutes", runs_in="WALL"))
    later = factories.handoff(now=now, email="max@other.example")

    after = Clock.objects.get(handoff=later, kind=ClockKind.FIRST_RESPONSE)
    assert answer.status_code == 302
    assert after.due_at == now + timedelta(minutes=2)
    assert Clock.objects.get(pk=before.pk).due_at == before.due_at


@pytest.mark.parametrize(
    ("amount", "unit", "target"),
    [
        (1, "minutes", timedelta(minutes=1)),
        (90, "minutes", timedelta(minutes=90)),
        (3, "hours", timedelta(hours=3)),
        (7, "days", timedelta(days=7)),
    ],
)
def test_a_target_is_counted_in_the_unit_that_was_chosen(
    *, amount: int, unit: str, target: timedelta, ops: Client
) -> None:
    ops.post(
        promise_address(promise("T1")), sent(PromiseForm(promise=promise("T1")), amount=amount, unit=unit)
    )

    form = ops.get(promise_address(promise("T1"))).context["form"]
    assert promise("T1").target == target
    assert (form.initial["amount"], form.initial["unit"]) == (amount, unit)


def ladder(tier: str) -> list[tuple[timedelta, str]]:
    return list(promise(tier).ladder.order_by("after").values_list("after", "action"))


def test_a_ladder_is_read_beside_its_promise_and_edited_with_it(ops: Client) -> None:
    text = ops.get(reverse("service-levels")).content.decode()
    assert "tell the manager" in text
    assert "re-route to the backup, or else to the next in turn" in text

    form = PromiseForm(promise=promise("T1"))
    assert [form.initial[f"after_{row}"] for row in (0, 1)] == [5, 15]
    steps = {
        "after_1": "10",
        "action_1": "NOTIFY_OPS",
        "after_2": "1",
        "unit_2": "hours",
        "action_2": "REROUTE",
    }
    answer = ops.post(promise_address(promise("T1")), sent(form, **steps))

    assert answer.status_code == 302
    assert ladder("T1") == [
        (timedelta(minutes=5), "NOTIFY_MANAGER"),
        (timedelta(minutes=10), "NOTIFY_OPS"),
        (timedelta(hours=1), "REROUTE"),
    ]


@pytest.mark.parametrize(
    ("steps", "field", "sentence"),
    [
        (
            {"after_1": "3"},
            "after_1",
            "It is due before the step above it: put the steps in the order of time.",
        ),
        ({"after_0": "0"}, "after_0", "A step comes some time after the clock began, so not at 0."),
        ({"after_1": "5", "action_1": "NOTIFY_MANAGER"}, "after_1", "The same step stands above already."),
        ({"after_0": ""}, "after_0", "Say after how long."),
        ({"action_0": ""}, "after_0", "Say what happens then, or leave out the time."),
        ({"after_1": "400", "unit_1": "days"}, "after_1", "A step comes within a year."),
        (
            {"action_0": "RECYCLE"},
            "after_1",
            "Nothing can follow a recycling: it closes the hand-off and stops its clocks.",
        ),
    ],
)
def test_a_ladder_that_makes_no_sense_is_refused_beside_the_step(
    *, steps: dict[str, str], field: str, sentence: str, ops: Client
) -> None:
    before = ladder("T1")

    answer = ops.post(promise_address(promise("T1")), sent(PromiseForm(promise=promise("T1")), **steps))

    assert answer.status_code == 422
    assert answer.context["form"].errors[field] == [sentence]
    assert sentence.replace("’", "&#x27;") in answer.content.decode()
    assert ladder("T1") == before


def test_a_ladder_changed_meanwhile_is_not_overwritten(ops: Client) -> None:
    form = sent(PromiseForm(promise=promise("T1")), amount=7)
    promise("T1").ladder.filter(action="REROUTE").delete()

    answer = ops.post(promise_address(promise("T1")), form)

    assert answer.status_code == 409
    assert promise("T1").target == timedelta(minutes=5)


def test_a_promise_that_is_no_longer_made_says_so(ops: Client) -> None:
    form = sent(PromiseForm(promise=promise("T3")))
    del form["is_active"]

    ops.post(promise_address(promise("T3")), form)

    assert not promise("T3").is_active
    assert "not promised" in ops.get(reverse("service-levels")).content.decode()


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"amount": "0"}, "amount", "Give a whole number from 1 to 1000000."),
        ({"amount": "-5"}, "amount", "Give a whole number from 1 to 1000000."),
        ({"amount": "soon"}, "amount", "Give a whole number from 1 to 1000000."),
        ({"amount": "366", "unit": "days"}, "amount", "Promise at most a year: 365 days."),
        ({"amount": "9000", "unit": "hours"}, "amount", "Promise at most a year: 8760 hours."),
        ({"unit": "weeks"}, "unit", "Select a valid choice. weeks is not one of the available choices."),
        (
            {"runs_in": "DREAM"},
            "runs_in",
            "Select a valid choice. DREAM is not one of the available choices.",
        ),
    ],
)
def test_an_impossible_promise_is_refused_beside_its_field(
    *, changes: dict[str, str], field: str, sentence: str, ops: Client
) -> None:
    answer = ops.post(promise_address(promise("T1")), sent(PromiseForm(promise=promise("T1")), **changes))

    assert answer.status_code == 422
    assert answer.context["form"].errors == {field: [sentence]}
    assert promise("T1").target == timedelta(minutes=5)


def test_the_second_editor_of_a_promise_sees_both_and_saves_on_top(ops: Client) -> None:
    row = promise("T1")
    theirs, mine = sent(PromiseForm(promise=row), amount=10), sent(PromiseForm(promise=row), amount=15)
    ops.post(promise_address(row), theirs)

    answer = ops.post(promise_address(row), mine)
    again = ops.post(promise_address(row), dict(answer.context["carried"]))

    assert answer.status_code == 409
    assert [(each.label, each.one, each.other) for each in answer.context["differences"]] == [
        ("Within", "15", "10")
    ]
    assert again.status_code == 302
    assert promise("T1").target == timedelta(minutes=15)


def test_new_hours_hold_at_once(ops: Client) -> None:
    form = sent(
        CalendarForm(calendar=company()),
        zone="America/New_York",
        hours_0="09:00-12:00, 13:00 to 24:00",
        hours_5="22:00–06:00",
        holiday_country="us",
        extra_days="2026-12-24\n2026-12-23",
    )

    answer = ops.post(calendar_address(company()), form)

    calendar = calendar_for(None, None, at=datetime(2026, 11, 17, tzinfo=UTC))
    row = company()
    assert answer.status_code == 302
    assert row.hours["0"] == [["09:00", "12:00"], ["13:00", "00:00"]]
    assert (row.holiday_country, row.extra_days) == ("US", [date(2026, 12, 23), date(2026, 12, 24)])
    assert calendar.is_open(datetime(2026, 11, 17, 4, 30, tzinfo=UTC))  # Monday 23:30 in New York
    assert not calendar.is_open(datetime(2026, 11, 16, 17, 30, tzinfo=UTC))  # Monday 12:30, lunch
    assert not calendar.is_open(datetime(2026, 11, 26, 16, 0, tzinfo=UTC))  # Thanksgiving


def test_a_calendar_opens_with_what_it_says(ops: Client) -> None:
    before = company()

    ops.post(calendar_address(before), sent(CalendarForm(calendar=before)))

    after = company()
    assert (after.hours, after.extra_days, after.zone) == (before.hours, before.extra_days, before.zone)


WRONG = [
    ({"zone": "Berlin"}, "zone", "There is no time zone Berlin. Did you mean Europe/Berlin?"),
    ({"zone": "../../etc/passwd"}, "zone", "There is no time zone ../../etc/passwd."),
    ({"zone": ""}, "zone", "This field is required."),
    ({"name": ""}, "name", "This field is required."),
    (
        {"holiday_country": "Atlantis"},
        "holiday_country",
        "No public holidays are known of Atlantis; write a country such as Germany or DE.",
    ),
    (
        {"hours_2": "nine to five"},
        "hours_2",
        "Write spans such as 09:00–12:00, 13:00–18:00; “nine to five” is none.",
    ),
    ({"hours_2": "09:00-25:00"}, "hours_2", "“09:00-25:00” names a time that no clock shows."),
    ({"hours_2": "09:61-10:00"}, "hours_2", "“09:61-10:00” names a time that no clock shows."),
    (
        {"hours_0": "09:00-12:00, 11:00-13:00"},
        "hours_0",
        "The hours from Monday 09:00 to Monday 12:00 overlap those from Monday 11:00.",
    ),
    (
        {"hours_0": "22:00-10:00"},
        "hours_1",
        "The hours from Monday 22:00 to Tuesday 10:00 overlap those from Tuesday 09:00.",
    ),
    ({"extra_days": "24.12."}, "extra_days", "“24.12.” is no date; write dates like 2026-12-24."),
    ({"extra_days": "2026-02-30"}, "extra_days", "“2026-02-30” is no date; write dates like 2026-12-24."),
    (
        {f"hours_{day}": "" for day in range(7)},
        "__all__",
        "Give hours to at least one day: on this calendar no clock would ever run out.",
    ),
]


@pytest.mark.parametrize(("changes", "field", "sentence"), WRONG)
def test_hours_that_make_no_sense_are_refused_beside_their_day(
    *, changes: dict[str, str], field: str, sentence: str, ops: Client
) -> None:
    before = company()

    answer = ops.post(calendar_address(before), sent(CalendarForm(calendar=before), **changes))

    assert answer.status_code == 422
    assert answer.context["form"].errors == {field: [sentence]}
    assert company().hours == before.hours


def test_a_team_gets_hours_of_its_own_and_gives_them_up(ops: Client, dach: Team) -> None:
    ops.post(
        reverse("calendar-add"),
        {"team": dach.pk, "name": "Vienna", "zone": "Europe/Vienna", "hours_6": "10:00-11:00"},
    )
    own = BusinessCalendar.objects.get(team=dach)
    sunday = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    opened = calendar_for(None, dach, at=sunday).is_open(sunday)
    told = ops.get(reverse("service-levels")).content.decode()

    ops.post(calendar_address(own, "calendar-remove"))

    assert opened
    assert "DACH then works by the company’s calendar. Clocks that run already keep their due time." in told
    assert not calendar_for(None, dach, at=sunday).is_open(sunday)


def test_a_team_has_one_calendar_and_a_name_belongs_to_one(ops: Client, dach: Team) -> None:
    form = {"team": dach.pk, "name": "Vienna", "zone": "Europe/Vienna", "hours_6": "10:00-11:00"}
    ops.post(reverse("calendar-add"), form)

    again = ops.post(reverse("calendar-add"), {**form, "name": "COMPANY"})

    assert again.status_code == 422
    assert set(again.context["form"].errors) == {"team", "name"}


def test_the_company_s_calendar_stays(ops: Client) -> None:
    answer = ops.post(calendar_address(company(), "calendar-remove"), follow=True)

    assert "The company’s calendar stays" in answer.content.decode()
    assert company().name == "Company"


def test_the_second_editor_of_a_calendar_sees_both(ops: Client) -> None:
    theirs = sent(CalendarForm(calendar=company()), hours_5="10:00-14:00", extra_days="2026-12-24")
    mine = sent(CalendarForm(calendar=company()), hours_5="10:00-16:00", extra_days="2026-12-24")
    ops.post(calendar_address(company()), theirs)

    answer = ops.post(calendar_address(company()), mine)

    assert answer.status_code == 409
    assert [(each.label, each.one, each.other) for each in answer.context["differences"]] == [
        ("Saturday", "10:00-16:00", "10:00–14:00")
    ]
    assert company().hours["5"] == [["10:00", "14:00"]]
