"""The one writer of what people chose to be told and have read; says by which channels each is told (SL-12)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from django.db.models import QuerySet

from leads.domain import notices
from leads.domain.notices import Channel, Kind
from leads.models import NoticeSettings, Notification, User, WebhookEndpoint
from leads.remembering import remembered_by_edition


@dataclass(frozen=True)
class Wishes:
    """What one person chose: kind → channels, and when mail waits."""

    chosen: Mapping[str, Collection[str]] = field(default_factory=dict)
    quiet_from: time | None = None
    quiet_until: time | None = None
    endpoint_id: int | None = None

    def channels(self, kind: Kind) -> tuple[Channel, ...]:
        """By which channels this person is told of `kind`."""
        return notices.channels(kind, self.chosen, has_webhook=self.endpoint_id is not None)

    def mail_due_at(self, now: datetime, *, zone: str) -> datetime:
        """Now, or the end of the quiet hours."""
        over = notices.quiet_until(now, begins=self.quiet_from, ends=self.quiet_until, zone=zone)
        return over or now


def wishes_of(people: Collection[int]) -> Mapping[int, Wishes]:
    """What each of `people` (ids) chose, in two statements however many they are."""
    return _wishes_of(frozenset(people))


def choose(
    person: User,
    chosen: Mapping[Kind, Collection[Channel]],
    *,
    quiet_from: time | None,
    quiet_until: time | None,
) -> None:
    """Remember what `person` chose; kinds that are not among them keep what they had."""
    row, _ = NoticeSettings.objects.get_or_create(person=person)
    values: dict[str, Any] = {
        **row.chosen,
        **{kind.value: sorted(channel.value for channel in wanted) for kind, wanted in chosen.items()},
    }
    NoticeSettings.objects.filter(pk=row.pk).update(
        chosen=values, quiet_from=quiet_from, quiet_until=quiet_until
    )


def mark_read(person: User, *ids: int, now: datetime) -> int:
    """Mark these of the person's notifications as read, or all where none is named; returns how many were not."""
    unread = Notification.objects.filter(user=person, read_at__isnull=True)
    return (unread.filter(pk__in=ids) if ids else unread).update(read_at=now)


def mark_unread(person: User, notification_id: int) -> None:
    """Keep one for later."""
    Notification.objects.filter(user=person, pk=notification_id).update(read_at=None)


def unread(person: User) -> int:
    """How many wait to be read: one look at a partial index."""
    return waiting(person).count()


def waiting(person: User) -> QuerySet[Notification]:
    """Those that wait to be read."""
    return Notification.objects.filter(user=person, read_at__isnull=True)


@remembered_by_edition
def _wishes_of(people: frozenset[int]) -> Mapping[int, Wishes]:
    stored = {row.person_id: row for row in NoticeSettings.objects.filter(person__in=people)}
    endpoints = dict(
        WebhookEndpoint.objects.filter(person__in=people, is_on=True).values_list("person_id", "pk")
    )
    return {pk: _wishes(stored.get(pk), endpoints.get(pk)) for pk in people}


def _wishes(row: NoticeSettings | None, endpoint_id: int | None) -> Wishes:
    if row is None:
        return Wishes(endpoint_id=endpoint_id)
    return Wishes(row.chosen, row.quiet_from, row.quiet_until, endpoint_id)
