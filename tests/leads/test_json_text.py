"""JSON for the database says what the standard library's would, of values that the quicker writer refuses too."""

from __future__ import annotations

import json

import pytest

from leads.json_text import json_text


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"fit": 45.5, "parts": [{"name": "“Firm é”\t\\", "points": -10, "why": None, "is_met": True}]},
        {"tiny": 1e-7, "huge": 1e22, "beyond": 2**70},
        {7: "a key that is no text"},
        ["\x00", "\x7f", "\u2028", "\U0001f600", "half of one: \ud83d"],
    ],
)
def test_it_says_what_the_standard_library_says(value: object) -> None:
    assert json.loads(json_text(value)) == json.loads(json.dumps(value))


def test_what_json_cannot_tell_is_refused() -> None:
    with pytest.raises(TypeError):
        json_text({"a": {1, 2}})
