"""What tests of the queue read off its page and send to it."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from routing.models import Handoff


def names(response: Any) -> list[str]:
    return [row.name for row in response.context["rows"]]


def send(client: Client, name: str, handoff: Handoff, **data: str) -> Any:
    return client.post(reverse(name, args=[handoff.pk]), data)


def said(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]
