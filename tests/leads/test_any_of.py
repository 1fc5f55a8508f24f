"""One of very many values is found whatever the values look like."""

from __future__ import annotations

import pytest

from leads.models import SignalType, Source

pytestmark = pytest.mark.django_db

ODD = ["plain", "", "NULL", "a,b", "{a}", " a ", "日本語", 'say "a"', "back\\slash", "line\nbreak", "it's"]


@pytest.mark.parametrize("others", [["nobody"], ['nobody "here"'], ["no\\body"]])
def test_every_text_is_found_whatever_stands_in_it(others: list[str]) -> None:
    SignalType.objects.bulk_create(
        SignalType(code=f"odd-{place}", label=odd) for place, odd in enumerate(ODD)
    )

    for odd in ODD:
        found = SignalType.objects.filter(label__any_of=[odd, *others], code__startswith="odd-")
        assert [one.label for one in found] == [odd]


def test_several_numbers_are_found_at_once() -> None:
    made = Source.objects.bulk_create(Source(name=f"sender {n}") for n in range(5))

    found = Source.objects.filter(pk__any_of={made[1].pk, made[3].pk, 2**62}).order_by("pk")

    assert list(found) == [made[1], made[3]]
