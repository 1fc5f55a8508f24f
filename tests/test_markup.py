"""What a screen reader goes by is sound on every page: ids are there once, a page has one title, a field its label."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser

import pytest
from django.urls import get_resolver

from tests.access_ground import Ground
from tests.addresses import EXPECTED, addresses

UNLABELLED = {"hidden", "submit", "button"}


class _Markup(HTMLParser):
    """Counts ids and titles of a page, and keeps what its fields and labels are called."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.titles = 0
        self._named: set[str] = set()
        self._fields: list[dict[str, str | None]] = []
        self._depth_of_label = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.ids.update([told["id"] or ""] if "id" in told else [])
        self.titles += tag == "h1"
        if tag == "label":
            self._depth_of_label += 1
            self._named.add(told.get("for") or "")
        elif tag in ("input", "select", "textarea") and told.get("type") not in UNLABELLED:
            self._fields.append({**told, "inside": "a label"} if self._depth_of_label else told)

    def handle_endtag(self, tag: str) -> None:
        self._depth_of_label -= tag == "label"

    @property
    def unlabelled(self) -> list[str]:
        return [
            str(field.get("name"))
            for field in self._fields
            if not field.keys() & {"inside", "aria-label", "aria-labelledby"}
            and field.get("id") not in self._named
        ]

    @property
    def twice(self) -> list[str]:
        return [name for name, count in self.ids.items() if count > 1]


@pytest.mark.parametrize("role", ["sdr", "manager", "marketer", "ops"])
def test_every_page_is_marked_up_soundly(ground: Ground, role: str) -> None:
    client = ground.client(role)
    faults = []
    for name, parameters in addresses(get_resolver()):
        if EXPECTED[name, "GET"][role] != 200:
            continue
        answer = client.get(ground.path(name, parameters))
        if not answer.streaming and answer["Content-Type"].startswith("text/html"):
            markup = _Markup(answer.content.decode())
            whole = b"<html" in answer.content
            found = {
                "twice": markup.twice,
                "unlabelled": markup.unlabelled,
                "titles": [markup.titles] * (whole and markup.titles != 1),
            }
            faults += [(name, what, which) for what, which in found.items() if which]

    assert faults == []
