"""What people read in a channel: a sentence, a text, a link; and no name that calls or links anybody."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from leads.domain.webhook_bodies import Said, slack


def test_a_message_is_a_sentence_with_its_text_and_a_link() -> None:
    said = slack(Said("Eva is yours", "By DACH", "https://baton.example/leads/1/", "Open it"))

    assert said == {
        "text": "Eva is yours",
        "blocks": [
            {"type": "section", "text": {"type": "mrkdwn", "text": "*Eva is yours*\nBy DACH"}},
            {
                "type": "section",
                "text": {"type": "mrkdwn", "text": "<https://baton.example/leads/1/|Open it>"},
            },
        ],
    }


@given(st.text(), st.text())
def test_no_name_mentions_or_links_anybody_nor_grows_beyond_what_a_block_holds(title: str, text: str) -> None:
    said = slack(Said(title, text, "", ""))

    written = json.dumps(said, ensure_ascii=False)
    assert "<" not in written
    assert ">" not in written
    assert all(0 < len(block["text"]["text"]) <= 3000 for block in said["blocks"])
