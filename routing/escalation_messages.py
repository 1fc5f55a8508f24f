"""What a step of a ladder says, and to whom; what one person would get by the dozen is told them in one message.

Steps come as plain values, thousands at once: a sentence that many of them share is made once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import NamedTuple

from django.urls import reverse

from leads.domain.notices import Kind
from leads.models import Lead, Team, User
from leads.outbox import Message
from routing.domain import durations
from routing.domain.ladder import Action
from routing.managers import managers_of, operations
from routing.models import ClockKind

TOO_MANY = 10
Letter = tuple[Sequence[User], Message]


class News(NamedTuple):
    """A step that is due, with what there is to tell of its clock."""

    step_id: int
    action: str
    after: timedelta
    due_at: datetime
    kind: str
    target: timedelta
    promise_due_at: datetime
    lead_id: int
    holder_id: int | None
    team_id: int | None

    @property
    def headline(self) -> str:
        """Where the clock stands, for a title or at the end of a sentence."""
        return _headline(self.action, self.kind, self.after / self.target if self.target else 1.0)


class Telling:
    """Whom to tell of some steps, and what, read at once; nobody is told where nobody has the lead."""

    def __init__(self, news: Sequence[News]) -> None:
        self._news = news
        self._people = User.objects.in_bulk({one.holder_id for one in news if one.holder_id})
        self._teams = Team.objects.in_bulk({one.team_id for one in news if one.team_id})
        self._receivers = cache(self._receivers_of)
        self._names = cache(self._names_of)

    def letters(self) -> list[Letter]:
        """The messages with their receivers; more than ten to one person as one of each kind that counts them."""
        to_each: dict[User, list[News]] = defaultdict(list)
        for one in self._news:
            for person in self._receivers(one.action, one.team_id, one.holder_id):
                to_each[person].append(one)
        told = [(person, together) for person, news in to_each.items() for together in _together(news)]
        leads = Lead.objects.in_bulk({one.lead_id for _, news in told for one in news[:TOO_MANY]})
        return [([person], self._letter(news, leads, person)) for person, news in told]

    def _letter(self, news: Sequence[News], leads: Mapping[int, Lead], to: User) -> Message:
        if len(news) > 1:
            return _digest(news, leads)
        return self._message(news[0], leads[news[0].lead_id], to)

    def told(self) -> list[tuple[News, str]]:
        """What each step did, for the lead's history."""
        names = [self._names(one.action, one.team_id, one.holder_id) for one in self._news]
        return [
            (one, f"{one.headline[:1].upper()}{one.headline[1:]}: {those} told")
            for one, those in zip(self._news, names, strict=True)
        ]

    def _receivers_of(self, action: str, team_id: int | None, holder_id: int | None) -> Sequence[User]:
        if action == Action.NOTIFY_MANAGER:
            return managers_of(self._teams.get(team_id or 0))
        if action == Action.NOTIFY_OPS:
            return operations()
        holder = self._people.get(holder_id or 0)
        return [holder] if holder is not None and holder.is_active else []

    def _names_of(self, action: str, team_id: int | None, holder_id: int | None) -> str:
        return ", ".join(map(str, self._receivers(action, team_id, holder_id))) or "nobody"

    def _message(self, one: News, lead: Lead, to: User) -> Message:
        kind, holder = ClockKind(one.kind).label, self._people.get(one.holder_id or 0) or "nobody yet"
        whose = "yours" if holder == to else f"with {holder}"
        return Message(
            key=_key(one),
            title=_title(one, lead),
            text=f"{kind} was promised within {durations.in_short(one.target)}. The lead is {whose}.",
            path=lead.get_absolute_url(),
            kind=_kind(one),
        )


def _together(news: Sequence[News]) -> list[list[News]]:
    """Each by itself or, where they are too many for that, all of a kind: each kind goes by channels of its own."""
    if len(news) <= TOO_MANY:
        return [[one] for one in news]
    kinds: dict[Kind, list[News]] = defaultdict(list)
    for one in news:
        kinds[_kind(one)].append(one)
    return list(kinds.values())


def _digest(news: Sequence[News], leads: Mapping[int, Lead]) -> Message:
    first, last = news[0], news[-1]
    lines = [_title(one, leads[one.lead_id]) for one in news[:TOO_MANY]]
    if len(news) > TOO_MANY:
        lines.append(f"and {len(news) - TOO_MANY} more.")
    return Message(
        key=f"{_key(first)}…{_key(last)}",
        title=f"{len(news)} promises need you",
        text="\n".join(lines),
        path=reverse("queue"),
        kind=_kind(first),
    )


def _key(one: News) -> str:
    return f"step:{one.step_id}"


def _title(one: News, lead: Lead) -> str:
    return f"{lead.name}: {one.headline}"


def _kind(one: News) -> Kind:
    """A warning is for who has the lead, an escalation for who looks after them."""
    if one.action in (Action.NOTIFY_MANAGER, Action.NOTIFY_OPS):
        return Kind.ESCALATION
    return Kind.BREACH if one.after >= one.target else Kind.WARNING


@lru_cache(maxsize=2000)
def _headline(action: str, kind: str, gone: float) -> str:
    """`gone` is the share of the time for it."""
    label = ClockKind(kind).label.lower()
    if action == Action.WARN:
        return f"{gone:.0%} of the time for {label} is gone"
    return f"{label} is overdue" if gone >= 1 else f"{label} is not done yet"
