"""The seeded cadences, texts, worn phrases and nurture tracks: what a new installation begins with."""

from __future__ import annotations

from dataclasses import dataclass

from routing.domain.cadence_faults import Draft, DraftStep
from routing.domain.mail_text import MailText
from routing.domain.nurture import Track


@dataclass(frozen=True)
class Seeded:
    """A tier and the cadence that it begins with."""

    tier: str
    draft: Draft


CADENCES = (
    Seeded(
        "T1",
        Draft(
            (
                DraftStep(0, "CALL", what="within the clock"),
                DraftStep(0, "EMAIL", "first-words"),
                DraftStep(1, "CALL"),
                DraftStep(1, "EMAIL", "case-study"),
                DraftStep(2, "EMAIL", "one-question"),
                DraftStep(3, "CALL"),
                DraftStep(3, "LINKEDIN", what="connect, with a line of your own"),
                DraftStep(5, "EMAIL", "something-of-value"),
                DraftStep(7, "EMAIL", "last-words"),
            ),
            ends_on_day=10,
            ending="RECYCLE",
            hold_days=60,
        ),
    ),
    Seeded(
        "T2",
        Draft(
            (
                DraftStep(0, "EMAIL", "first-words"),
                DraftStep(0, "CALL"),
                DraftStep(2, "EMAIL", "one-question"),
                DraftStep(5, "EMAIL", "last-words"),
            ),
            ends_on_day=7,
            ending="NURTURE",
            hold_days=30,
        ),
    ),
)

# code, name, text
TEMPLATES = (
    (
        "first-words",
        "First words",
        MailText(
            "{{company}}: your question, and one idea",
            "Hello {{first_name}},\n\nyou {{what_they_did}}, so here is what I thought of for {{company}}:\n\n"
            "{{one_idea}}\n\nI have just tried to call you. Would {{two_times}} suit you for fifteen minutes?\n\n"
            "{{my_name}}",
        ),
    ),
    (
        "case-study",
        "Case study",
        MailText(
            "How a company like {{company}} did it",
            "Hello {{first_name}},\n\n{{similar_customer}} stood where you stand now. What changed for them:\n\n"
            "{{what_changed}}\n\nThe two pages about it are below. Which of this would matter most at {{company}}?"
            "\n\n{{my_name}}",
        ),
    ),
    (
        "one-question",
        "One question",
        MailText(
            "One question about {{company}}",
            "Hello {{first_name}},\n\n{{what_you_noticed}}\n\nHow do you deal with that today? One line is enough."
            "\n\n{{my_name}}",
        ),
    ),
    (
        "something-of-value",
        "Something of value",
        MailText(
            "For you to keep, {{first_name}}",
            "Hello {{first_name}},\n\nwhether we speak or not, this is of use to {{company}}:\n\n"
            "{{what_they_can_use}}\n\nIt takes ten minutes to try. I can show you where others went wrong.\n\n"
            "{{my_name}}",
        ),
    ),
    (
        "last-words",
        "Last words",
        MailText(
            "Shall I close this, {{first_name}}?",
            "Hello {{first_name}},\n\nI have not reached you and shall not write again. What I would have shown you:"
            "\n\n{{what_they_miss}}\n\nIf the time is wrong, answer with a month, and I write to you then.\n\n"
            "{{my_name}}",
        ),
    ),
)

WORN = (
    "just following up",
    "following up on my",
    "wanted to follow up",
    "checking in",
    "just check in",
    "touching base",
    "touch base",
    "circling back",
    "circle back",
    "bumping this",
    "bump this",
    "any thoughts on my last",
    "did you see my last",
    "in case you missed my",
    "to the top of your inbox",
)


@dataclass(frozen=True)
class SeededTrack:
    """A nurture track: its rule, its name, what marketing does next, and how often."""

    rule: Track
    name: str
    next_step: str
    every_days: int


def _track(code: str, *types: str, at_least: int = 1, window: int, silent: int = 0) -> Track:
    return Track(code, frozenset(types), at_least, window, silent)


TRACKS = (
    SeededTrack(
        _track("trial", "trial_started", "trial_activated", window=45),
        "Trial",
        "Show the one step that makes the trial worth it, and offer help with it",
        7,
    ),
    SeededTrack(
        _track("high-intent", "pricing_page", "case_study", "intent_surge", at_least=2, window=30),
        "High-intent visitor",
        "Send a comparison and two customers of their industry; invite to a demo",
        7,
    ),
    SeededTrack(
        _track("event", "webinar_registered", "webinar_attended", "event_attended", window=90),
        "Event registrant",
        "Send the recording with the answer to one question that was asked",
        14,
    ),
    SeededTrack(
        _track("content", "content_download", window=90),
        "Content downloader",
        "Send the next piece on the same subject",
        14,
    ),
    SeededTrack(
        _track("returning", window=14, silent=60),
        "Returning cold visitor",
        "Ask what has changed, with what is new since they were last here",
        7,
    ),
)
