"""What is sent to an endpoint: Baton's own JSON, or the shape that Slack and its like understand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Said:
    """A message in words, with the page that it is about."""

    title: str
    text: str
    url: str
    link: str


def notice(said: Said, *, kind: str, at: datetime) -> dict[str, Any]:
    """A person's news in Baton's own shape, which is that of events."""
    data = {"kind": kind, "title": said.title, "text": said.text, "url": said.url}
    return {"type": "notice", "timestamp": at.isoformat(), "data": data}


def slack(said: Said) -> dict[str, Any]:
    """The sentence for the list of chats, and blocks with the text and the link.

    Source: Slack's incoming webhooks and block kit (mrkdwn; & < > are escaped; a section holds 3,000 characters).
    """
    words = f"*{_escaped(said.title)}*" + (f"\n{_escaped(said.text)}" if said.text else "")
    blocks: list[Mapping[str, Any]] = [_section(words)]
    if said.url:
        blocks.append(_section(f"<{said.url}|{_escaped(said.link)}>"))
    return {"text": _escaped(said.title), "blocks": blocks}


def _section(words: str) -> Mapping[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": words[:3000]}}


def _escaped(words: str) -> str:
    """So that a name mentions nobody and links nowhere."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
