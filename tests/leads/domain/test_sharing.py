"""Two hands share the rows of a file: whoever may be the same is taken in one after another, in the order of rows."""

from __future__ import annotations

from collections import deque
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.domain import sharing
from leads.domain.csv_mapping import RowMapping
from leads.domain.sharing import OURS, THEIRS, KeysOf, Sharing

MAPPING = RowMapping(
    fields={
        "person.email": "{mail}",
        "company.name": "{company}",
        "company.domain": "{site}",
        "visitor_id": "{visitor}",
        "type": "listed",
    }
)
KEYS = st.lists(st.lists(st.sampled_from("abcdefghij"), max_size=3), min_size=1, max_size=60)


def keys(mail: str = "", *, company: str = "", site: str = "", visitor: str = "") -> set[str]:
    return set(KeysOf(MAPPING)({"mail": mail, "company": company, "site": site, "visitor": visitor}))


class Workers:
    """Both hands at work, one step here and one there as chance has it."""

    def __init__(self, rows: list[list[str]], random: Random) -> None:
        self.rows, self.random, self.sharing = rows, random, Sharing()
        self.waiting: tuple[deque[int], deque[int]] = deque(), deque()
        self.after: deque[tuple[int, int]] = deque()  # how many of ours wait behind so many of theirs
        self.done: list[int] = []

    def run(self) -> list[int]:
        """The places of the rows in the order in which they were taken in."""
        place = 0
        while place < len(self.rows) or any(self.waiting):
            if place < len(self.rows) and self.random.random() < 0.3:
                place = self._hand_out(place)
            else:
                self._step(self.random.choice((OURS, THEIRS)))
        return self.done

    def _hand_out(self, place: int) -> int:
        many = self.random.randrange(1, 8)
        shares = self.sharing.share(self.rows[place : place + many])
        self.waiting[OURS].extend(place + each for each in shares.ours)
        self.waiting[THEIRS].extend(place + each for each in shares.theirs)
        self.after.append((len(shares.ours), shares.after))
        return place + many

    def _step(self, hand: int) -> None:
        if not self.waiting[hand] or (hand == OURS and not self._may_go_on()):
            return
        self.done.append(self.waiting[hand].popleft())
        self.sharing.done(hand, 1)

    def _may_go_on(self) -> bool:
        while not self.after[0][0]:
            self.after.popleft()
        many, after = self.after[0]
        if not self.sharing.is_done(after):
            return False
        self.after[0] = (many - 1, after)
        return True


@given(KEYS, st.integers())
def test_rows_with_a_key_in_common_are_taken_in_in_order(rows: list[list[str]], seed: int) -> None:
    order = Workers(rows, Random(seed)).run()

    assert sorted(order) == list(range(len(rows)))
    for key in "abcdefghij":
        places = [place for place in order if key in rows[place]]
        assert places == sorted(places)


def test_the_same_is_so_where_what_is_done_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "MOST_KEYS", 3)
    rows = [[str(number % 7), f"own {number}"] for number in range(300)]

    order = Workers(rows, Random(7)).run()

    assert all(at == sorted(at) for at in ([p for p in order if p % 7 == key] for key in range(7)))


def test_of_rows_of_nobody_in_common_two_in_five_are_ours_for_we_also_read_the_file() -> None:
    shares = Sharing().share([[str(number)] for number in range(10)])

    assert (len(shares.ours), len(shares.theirs), shares.after) == (4, 6, 0)


def test_whoever_is_slow_is_given_less() -> None:
    both = Sharing()
    both.share([[str(number)] for number in range(100)])
    both.done(OURS, 50)

    shares = both.share([[f"later {number}"] for number in range(50)])

    assert (len(shares.ours), len(shares.theirs)) == (50, 0)


def test_kin_of_kin_stays_in_one_hand() -> None:
    shares = Sharing().share([["a", "b"], ["c"], ["b", "d"], ["d"]])

    assert sorted((shares.ours, shares.theirs)) == [[0, 2, 3], [1]]


def test_kin_that_waits_in_both_hands_waits_for_theirs() -> None:
    both = Sharing()
    both.share([["a"], ["b"]])

    shares = both.share([["a", "b"]])

    assert (shares.ours, shares.theirs, shares.after) == ([0], [], 1)
    assert not both.is_done(shares.after)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (keys("Eva@Acme.example"), keys(" eva+fair@acme.example ")),
        (keys("e.v.a@gmail.com"), keys("eva+list@googlemail.com")),
        (keys("eva@acme.example"), keys("ada@mail.acme.example")),
        (keys("eva@gmail.com", site="https://acme.example/about"), keys("ada@acme.example")),
        (keys("eva@gmail.com", company="Acme GmbH"), keys("ada@other.example", company="ACME")),
        (keys(visitor="v7"), keys("eva@gmail.com", visitor="v7")),
        (keys("eva@acme.example", site="other.example"), keys("eva@acme.example")),
    ],
)
def test_who_may_be_the_same_has_a_key_in_common(one: set[str], other: set[str]) -> None:
    assert one & other


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (keys("eva@gmail.com"), keys("ada@gmail.com")),
        (keys("eva@acme.example", company="Acme"), keys("ada@beta.example", company="Beta")),
        (keys(), keys()),
        (keys("nobody"), keys("nobody")),
    ],
)
def test_who_is_somebody_else_has_none(one: set[str], other: set[str]) -> None:
    assert not one & other


def test_the_same_name_of_a_row_is_a_key() -> None:
    mapping = RowMapping(fields={"person.email": "{mail}", "type": "listed"}, key="fair-{id}")

    one, other = (KeysOf(mapping)({"mail": mail, "id": "1"}) for mail in ("a@a.example", "b@b.example"))

    assert set(one) & set(other) == {"row fair-1"}
