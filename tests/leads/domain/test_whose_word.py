"""Whose word each fact of a person is, and what was said otherwise."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from leads.domain import whose_word
from leads.domain.precedence import USUAL, Origin, Told, is_same, settle

AT = datetime(2026, 11, 3, tzinfo=UTC)
FORM, LIST = Told(Origin.SELF, "form", AT), Told(Origin.CRM, "list", AT)
OTHER = Told(Origin.CRM, "other list", AT)
FACTS = ("title", "phone")
SAID = st.fixed_dictionaries({fact: st.sampled_from(["", "CEO", "ceo", "VP"]) for fact in FACTS})


class Person:
    """What is known of somebody, as their row keeps it."""

    def __init__(self) -> None:
        self.known: dict[str, Any] = dict.fromkeys(FACTS, "")
        self.words: list[list[Any]] | None = None

    def hear(self, teller: Told, **said: object) -> None:
        held = whose_word.holders(self.words)
        settled = settle(self.known, held, said, teller=teller, orders=lambda _: USUAL)
        self.words = whose_word.after(self.words, settled, said, teller=teller, known=self.known)
        self.known |= settled.changes

    @property
    def differences(self) -> list[tuple[str, object, str, object, str]]:
        found = whose_word.conflicts(self.words, self.known)
        return [(one.fact, one.kept, one.kept_told.by, one.other, one.other_told.by) for one in found]


def test_who_told_first_holds_what_they_told() -> None:
    told = {"first_name": "Eva", "title": ""}

    words = whose_word.first_words(told, FORM)

    assert whose_word.holders(words) == {"first_name": FORM}
    assert whose_word.first_words({"title": ""}, FORM) is None


def test_what_somebody_says_of_themselves_replaces_a_list_and_the_list_is_remembered() -> None:
    person = Person()
    person.hear(LIST, title="VP", phone="1")

    person.hear(FORM, title="CEO")

    assert person.known == {"title": "CEO", "phone": "1"}
    assert whose_word.holders(person.words) == {"title": FORM, "phone": LIST}
    assert person.differences == [("title", "CEO", "form", "VP", "list")]


def test_difference_ends_when_the_other_source_agrees() -> None:
    person = Person()
    person.hear(FORM, title="CEO")
    person.hear(LIST, title="VP")

    person.hear(LIST, title="ceo")

    assert person.differences == []
    assert whose_word.holders(person.words) == {"title": FORM}


def test_difference_that_is_told_again_changes_nothing() -> None:
    person = Person()
    person.hear(FORM, title="CEO")
    person.hear(LIST, title="VP")
    before = person.words

    person.hear(Told(Origin.CRM, "list", datetime(2026, 11, 9, tzinfo=UTC)), title="VP")

    assert person.words == before


def test_facts_leave_with_what_was_said_of_them() -> None:
    person = Person()
    person.hear(FORM, title="CEO", phone="1")
    person.hear(LIST, title="VP")

    assert whose_word.without(person.words, ["title"]) == [["SELF", "form", AT.isoformat(), ["phone"], {}]]
    assert whose_word.only(person.words, ["title"]) == [["SELF", "form", AT.isoformat(), ["title"], {}]]


@given(st.lists(st.tuples(st.sampled_from([FORM, LIST, OTHER]), SAID), max_size=8))
def test_whatever_is_told_each_known_fact_has_one_holder_and_differences_differ(told: list[Any]) -> None:
    person = Person()

    for teller, said in told:
        person.hear(teller, **said)

    held = [fact for word in person.words or () for fact in word[3]]
    assert sorted(held) == sorted(fact for fact, value in person.known.items() if value)
    assert not any(is_same(kept, other) for _, kept, _, other, _ in person.differences)
    assert len({fact for fact, *_ in person.differences}) == len(person.differences)
    assert all(word[3] or word[4] for word in person.words or ())
