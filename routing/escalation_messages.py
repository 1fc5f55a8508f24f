"""What a step of a ladder says, and to whom; what one person would get by the dozen is told them in one message."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.urls import reverse

from leads.domain.notices import Kind
from leads.models import User
from leads.outbox import Message
from routing.domain import durations
from routing.domain.ladder import Action
from routing.managers import managers_of, operations
from routing.models import Clock, ClockStep

TOO_MANY = 10
Letter = tuple[Sequence[User], Message]


def letter(step: ClockStep) -> Letter:
    """The step's message with its receivers; nobody receives it where nobody has the lead."""
    return _receivers(step), Message(
        key=f"step:{step.pk}",
        title=f"{step.clock.lead.name}: {_headline(step)}",
        text=_text(step.clock),
        path=step.clock.lead.get_absolute_url(),
        kind=_kind(step),
    )


def told_of(step: ClockStep, people: Sequence[User]) -> str:
    """What the step did, for the lead's history."""
    names = ", ".join(str(person) for person in people)
    return f"{_headline(step)[:1].upper()}{_headline(step)[1:]}: {names or 'nobody'} told"


def grouped(letters: Iterable[Letter]) -> list[Letter]:
    """The same news, where more than ten would reach one person as a single message that counts them."""
    to_each: dict[User, list[Message]] = defaultdict(list)
    for people, message in letters:
        for person in people:
            to_each[person].append(message)
    return [
        ([person], message)
        for person, messages in to_each.items()
        for message in (messages if len(messages) <= TOO_MANY else [_digest(messages)])
    ]


def _digest(messages: Sequence[Message]) -> Message:
    first, last = messages[0], messages[-1]
    names = "\n".join(message.title for message in messages[:TOO_MANY])
    return Message(
        key=f"{first.key}…{last.key}",
        title=f"{len(messages)} promises need you",
        text=f"{names}\nand {len(messages) - TOO_MANY} more.",
        path=reverse("queue"),
        kind=first.kind,
    )


def _receivers(step: ClockStep) -> Sequence[User]:
    holder = step.clock.holder
    if step.action == Action.NOTIFY_MANAGER:
        return managers_of(step.clock.team)
    if step.action == Action.NOTIFY_OPS:
        return operations()
    return [holder] if holder is not None and holder.is_active else []


def _kind(step: ClockStep) -> Kind:
    """A warning is for who has the lead, an escalation for who looks after them."""
    if step.action in (Action.NOTIFY_MANAGER, Action.NOTIFY_OPS):
        return Kind.ESCALATION
    return Kind.BREACH if step.after >= step.clock.target else Kind.WARNING


def _headline(step: ClockStep) -> str:
    kind = step.clock.get_kind_display().lower()
    if step.action == Action.WARN:
        return f"{step.after / step.clock.target:.0%} of the time for {kind} is gone"
    return f"{kind} is overdue" if step.after >= step.clock.target else f"{kind} is not done yet"


def _text(clock: Clock) -> str:
    kind, holder = clock.get_kind_display(), clock.holder or "nobody yet"
    return f"{kind} was promised within {durations.in_short(clock.target)}. The lead is with {holder}."
