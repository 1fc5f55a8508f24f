"""Pages found by where the last one ended."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.models import Lead
from reports import keyset
from reports.keyset import Cursor, NotACursor, Order, Page

ORDERS = [Order("created_at", descending=True), Order("created_at", descending=False)]


@pytest.fixture
def leads(db: None, now: datetime) -> list[Lead]:
    """Seven leads, most of whom came at the same instant as another."""
    instants = [0, 0, 0, 1, 1, 2, 2]
    return [Lead.objects.create(created_at=now.replace(minute=minute)) for minute in instants]


def turn(order: Order, cursor: Cursor | None) -> Page[Lead]:
    return keyset.page(Lead.objects.all(), order, cursor=cursor, size=2)


@pytest.mark.parametrize("order", ORDERS)
def test_turning_pages_shows_every_row_once_and_back_again(leads: list[Lead], order: Order) -> None:
    pages = [turn(order, None)]
    while mark := pages[-1].after:
        pages.append(turn(order, Cursor.parse(mark, backwards=False)))
    back = [pages[-1]]
    while mark := back[-1].before:
        back.append(turn(order, Cursor.parse(mark, backwards=True)))

    in_order = list(Lead.objects.order_by(*order.terms(backwards=False)))
    assert [row for page in pages for row in page.rows] == in_order
    assert [page.rows for page in reversed(back)][-1] == pages[-1].rows
    assert [row for page in reversed(back) for row in page.rows] == in_order


def test_the_only_page_leads_nowhere(db: None, now: datetime) -> None:
    Lead.objects.create(created_at=now)

    page = turn(ORDERS[0], None)

    assert (len(page.rows), page.before, page.after) == (1, None, None)


@given(st.text())
def test_any_other_text_is_no_place_in_the_list(text: str) -> None:
    with pytest.raises(NotACursor):
        Cursor.parse(text, backwards=False)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-17T09:00:00_1",
        "2026-11-17T09:00:00+00:00_0",
        "2026-11-17T09:00:00+00:00_99999999999999999999",
        "2026-11-17T09:00:00+00:00_1; DROP TABLE leads_lead",
    ],
)
def test_a_mark_that_was_tampered_with_is_none(text: str) -> None:
    with pytest.raises(NotACursor):
        Cursor.parse(text, backwards=False)
