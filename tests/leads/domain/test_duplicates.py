"""The odds that two are one person: symmetric, blanks count for nothing, right on ten thousand published people."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from leads.domain import duplicates
from leads.domain.duplicates import Level
from leads.domain.person_facts import Fact, Person, describe, keys_of, rarities_of

FEBRL = Path(__file__).resolve().parents[4] / "shared" / "data" / "febrl"
COLUMNS = {
    "given_name": Fact.FIRST_NAME,
    "surname": Fact.LAST_NAME,
    "street_number": Fact.HOUSE,
    "address_1": Fact.STREET,
    "address_2": Fact.PLACE,
    "suburb": Fact.SUBURB,
    "postcode": Fact.POSTAL_CODE,
    "state": Fact.REGION,
    "date_of_birth": Fact.BORN_ON,
    "soc_sec_id": Fact.NUMBER,
}
FACTS = st.dictionaries(st.sampled_from(list(Fact)), st.text(max_size=12), max_size=6)
EVA = {Fact.FIRST_NAME: "Eva", Fact.LAST_NAME: "Klein", Fact.ACCOUNT: "7", Fact.COUNTRY: "DE"}


def likeness(one: dict[Fact, str], other: dict[Fact, str]) -> float:
    return duplicates.compare(describe(one), describe(other)).probability


@given(FACTS, FACTS)
@example(dict.fromkeys(Fact, "0"), dict.fromkeys(Fact, "0"))
def test_comparing_is_symmetric_and_from_nought_to_one(one: dict[Fact, str], other: dict[Fact, str]) -> None:
    assert likeness(one, other) == pytest.approx(likeness(other, one))
    assert 0 <= likeness(one, other) <= 1


WORDS = st.sampled_from(["Eva", "Ewa", "E", "Klein", "Klien", "Maier", "eva.klein", "eva.klein2", "10115"])


@given(
    st.dictionaries(st.sampled_from(list(Fact)), WORDS), st.dictionaries(st.sampled_from(list(Fact)), WORDS)
)
def test_who_is_likely_at_first_sight_is_likely_in_full_and_nobody_else(
    told: dict[Fact, str], other: dict[Fact, str]
) -> None:
    one, two = describe(told), describe(other)

    full = duplicates.compare(one, two)

    assert duplicates.likely(one, two) == (full if full.is_likely else None)


@given(FACTS)
def test_what_one_does_not_tell_counts_for_nothing(told: dict[Fact, str]) -> None:
    assert duplicates.compare(describe(told), describe({})).evidence == ()


@given(st.sampled_from(list(Fact)), st.text(st.characters(codec="ascii"), max_size=12))
def test_plain_letters_are_folded_as_any_others(fact: Fact, text: str) -> None:
    plain, accented = f"Zo {text}", f"Zo {text}\u0301"

    assert describe({fact: plain}) == describe({fact: accented})


@given(FACTS)
def test_whoever_tells_the_same_shares_every_key(told: dict[Fact, str]) -> None:
    shouted = {fact: f" {value.upper()} " for fact, value in told.items()}

    assert keys_of(describe(told)) == keys_of(describe(told))
    assert {key.partition(":")[0] for key in keys_of(describe(shouted))} == {
        key.partition(":")[0] for key in keys_of(describe(told))
    }


@pytest.mark.parametrize(
    ("other", "is_likely"),
    [
        ({}, True),
        ({Fact.FIRST_NAME: "EVA", Fact.LAST_NAME: "Kléin"}, True),
        ({Fact.FIRST_NAME: "Klein", Fact.LAST_NAME: "Eva"}, True),
        ({Fact.LAST_NAME: "Klien"}, True),
        ({Fact.FIRST_NAME: "Tom"}, False),
        ({Fact.LAST_NAME: "Berger"}, False),
        ({Fact.ACCOUNT: "8"}, False),
    ],
)
def test_namesakes_of_one_company_are_likely_one(other: dict[Fact, str], *, is_likely: bool) -> None:
    found = duplicates.compare(describe(EVA), describe({**EVA, **other}))

    assert found.is_likely is is_likely


def test_number_behind_the_mailbox_tells_namesakes_of_a_company_apart() -> None:
    one, other = ({**EVA, Fact.MAILBOX: mailbox} for mailbox in ("eva.klein", "eva.klein2"))

    found = duplicates.compare(describe(one), describe(other))

    assert not found.is_likely
    assert Level.NUMBERED in {each.level for each in found.evidence}


def test_name_that_many_bear_says_less() -> None:
    one = describe({**EVA, Fact.ACCOUNT: "", Fact.MAILBOX: "eva.klein", Fact.REGION: "Berlin"})
    [name] = rarities_of(one)

    assert duplicates.compare(one, one, bearers={name: 2}).is_likely
    assert not duplicates.compare(one, one, bearers={name: 200}).is_likely


def test_role_mailboxes_and_short_ones_say_nothing() -> None:
    for mailbox in ("info", "sales", "eva"):
        assert Fact.MAILBOX not in describe({Fact.MAILBOX: mailbox})


def test_ten_thousand_people_with_typing_errors_are_found_and_nobody_wrongly() -> None:
    if not FEBRL.exists():
        pytest.skip("The Febrl lists are not there; they lie beside the project, in ../shared/data/febrl.")
    originals, copies = (list(people(FEBRL / f"dataset4{part}.csv")) for part in "ab")
    sharing = defaultdict(set)
    for place, (_, person) in enumerate(originals):
        for key in keys_of(person):
            sharing[key].add(place)

    right = wrong = 0
    for number, person in copies:
        for place in {place for key in keys_of(person) for place in sharing[key]}:
            if duplicates.compare(originals[place][1], person).is_likely:
                right, wrong = (
                    right + (originals[place][0] == number),
                    wrong + (originals[place][0] != number),
                )

    precision, recall = right / (right + wrong), right / len(copies)
    assert precision >= 0.999
    assert 2 * precision * recall / (precision + recall) >= 0.964


def people(path: Path) -> list[tuple[str, Person]]:
    """The number of each record, by which a copy is known to be of its original, and what it tells."""
    with path.open(newline="") as lines:
        rows = list(csv.DictReader(lines, skipinitialspace=True))
    return [
        (
            row["rec_id"].split("-")[1],
            describe({fact: row[name].strip() for name, fact in COLUMNS.items()}),
        )
        for row in rows
    ]
