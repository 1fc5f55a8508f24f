"""A mail is filled from what is known, needs words of the rep's own, and never merely follows up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.domain import mail_text
from routing.domain.cadence_seed import TEMPLATES, WORN
from routing.domain.mail_text import MailText, SlotsMissing

TEXT = MailText("{{company}}: one idea", "Hello {{first_name}},\n\n{{ one_idea }}\n\n{{my_name}}")
FACTS = {"company": "Acme", "first_name": "Eva", "my_name": "Ana"}


def test_known_facts_fill_themselves_and_the_rep_writes_the_rest() -> None:
    sent = mail_text.fill(TEXT, facts=FACTS, written={"one_idea": "Sort by clock."})

    assert sent == MailText("Acme: one idea", "Hello Eva,\n\nSort by clock.\n\nAna")


def test_a_slot_that_is_empty_still_is_named() -> None:
    with pytest.raises(SlotsMissing, match="Still to be written: one idea") as missing:
        mail_text.fill(TEXT, facts=FACTS, written={"one_idea": "  "})

    assert missing.value.slots == ["one_idea"]


def test_what_is_not_known_of_the_person_is_the_reps_to_write() -> None:
    assert mail_text.to_write(TEXT, facts={**FACTS, "first_name": ""}) == ["first_name", "one_idea"]


def test_braces_in_what_somebody_wrote_are_no_slots() -> None:
    sent = mail_text.fill(TEXT, facts=FACTS, written={"one_idea": "{{company}} {{secret}}"})

    assert "{{company}} {{secret}}" in sent.body


def test_a_subject_has_one_line_whatever_a_name_holds() -> None:
    sent = mail_text.fill(TEXT, facts={**FACTS, "company": "Acme\r\nBcc: x@y.z"}, written={"one_idea": "x"})

    assert sent.subject == "Acme Bcc: x@y.z: one idea"


def test_the_preview_says_what_is_missing() -> None:
    shown = mail_text.partly(TEXT, facts=FACTS, written={})

    assert "[one idea]" in shown.body


@pytest.mark.parametrize(
    "body",
    [
        "Hello, just following up on this. {{why_you}}",
        "I’m just checking-in. {{why_you}}",
        "{{why_you}} I wanted to\ntouch  base.",
        "Circling Back! {{why_you}}",
    ],
)
def test_a_text_that_merely_follows_up_is_refused_in_words(body: str) -> None:
    [fault] = mail_text.faults(MailText("Hello", body), worn=WORN)

    assert "gives nobody a reason to answer" in fault


def test_a_phrase_within_another_word_is_none() -> None:
    body = "{{why_you}} Rechecking instruments, a retouch basement."

    assert mail_text.faults(MailText("Hello", body), worn=WORN) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (MailText("", "{{why_you}}"), "Write a subject and a text."),
        (MailText("Hello", "Hello {{first_name}}"), "Leave the rep a slot of their own"),
        (MailText("Hello", "{{why_you}} {{Broken slot}}"), "Write each slot as {{small_letters}}"),
    ],
)
def test_what_else_keeps_a_text_from_being_a_template(text: MailText, says: str) -> None:
    assert any(fault.startswith(says) for fault in mail_text.faults(text, worn=WORN))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one[0])
def test_every_seeded_text_is_one_that_may_be_stored(template: tuple[str, str, MailText]) -> None:
    assert mail_text.faults(template[2], worn=WORN) == []


@given(words=st.text(max_size=60), name=st.text(max_size=60))
def test_no_slot_is_left_in_what_is_sent(words: str, name: str) -> None:
    try:
        sent = mail_text.fill(TEXT, facts={**FACTS, "first_name": name}, written={"one_idea": words})
    except SlotsMissing:
        assert not words.strip() or not name.strip()
    else:
        assert words.strip() in sent.body
        assert name.strip() in sent.body
