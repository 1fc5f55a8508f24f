"""What a rep has to do today, in the order to do it: left over, late, by the clock, put off; a few reads in all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from leads.domain.local_time import local_time
from leads.models import Role, Team, User
from routing import follow_ups, mail_templates
from routing.domain import clock_face
from routing.models import FollowUp

MOST_SHOWN = 200
DAYS_AHEAD = 5
SOON = timedelta(hours=1)


class Choice(NamedTuple):
    """Something that may be chosen by its number."""

    number: int
    value: str
    label: str


@dataclass(frozen=True)
class Row:
    """One task as the day shows it; `state` is that of a clock: plenty, fifth (soon), breached (late)."""

    task: FollowUp
    state: str
    due: str
    step: str
    local_time: str
    outcomes: list[Choice]
    is_written: bool


@dataclass(frozen=True)
class Group:
    """Tasks that are done one after the other."""

    name: str
    label: str
    rows: list[Row]


@dataclass(frozen=True)
class Ahead:
    """How many tasks a coming day brings so far."""

    on: date
    count: int


@dataclass(frozen=True)
class Day:
    """The whole day of one rep; `hidden` are those beyond the most that is shown."""

    whose: User
    groups: list[Group]
    done: int
    left: int
    ahead: list[Ahead]
    skip_reasons: list[Choice]

    @property
    def hidden(self) -> int:
        """How many more there are than the page shows."""
        return max(self.left - MOST_SHOWN, 0)


def of(user: User, *, now: datetime) -> Day:
    """The day of `user` in the zone that is active."""
    begins = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    ends = _next_midnight(begins)
    mine = FollowUp.objects.doable().of(user)
    due = mine.due_by(ends).select_related("lead__account", "step", "template", "enrolment__cadence")
    tasks = list(due.order_by("due_at", "pk")[:MOST_SHOWN])
    left = len(tasks) if len(tasks) < MOST_SHOWN else mine.due_by(ends).count()
    done = FollowUp.objects.filter(done_by=user, state=FollowUp.State.DONE, done_at__gte=begins)
    return Day(
        whose=user,
        groups=_grouped(tasks, begins=begins, now=now),
        done=done.count(),
        left=left,
        ahead=_ahead(user, ends),
        skip_reasons=_numbered([(reason, reason) for reason in follow_ups.SKIP_REASONS]),
    )


def end_of_day(now: datetime) -> datetime:
    """The midnight that ends the viewer's day."""
    return _next_midnight(timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0))


def led_by(user: User, *, now: datetime) -> list[User]:
    """The reps whose day `user` may look at: a manager's teams', all for revenue operations; by name.

    Each with what is `late` and what is `left` of today, for `most_behind`.
    """
    reps = User.objects.filter(role__in=(Role.SDR, Role.AE), is_active=True)
    if user.role == Role.MANAGER:
        reps = reps.filter(team__in=Team.objects.led_by(user))
    elif user.role != Role.OPS:
        return []
    theirs = FollowUp.objects.doable().due_by(end_of_day(now)).filter(lead__owner=OuterRef("pk"))
    late = theirs.filter(due_at__lt=now)
    counted = reps.annotate(late=_how_many(late), left=_how_many(theirs))
    return list(counted.order_by("name", "pk"))


def _how_many(tasks: QuerySet[FollowUp]) -> Coalesce:
    """Their number, of each rep in one read."""
    counted = tasks.order_by().values("lead__owner").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)


def most_behind(led: Sequence[User]) -> User:
    """Who of `led_by` has most that is late, or else most left of today; the first where nobody has any."""
    return max(led, key=lambda rep: (rep.late, rep.left))  # type: ignore[attr-defined]


def _next_midnight(begins: datetime) -> datetime:
    """A day may have 23 or 25 hours."""
    zone = timezone.get_current_timezone()
    tomorrow = begins.date() + timedelta(days=1)
    return datetime.combine(tomorrow, begins.time(), tzinfo=zone)


def _grouped(tasks: Sequence[FollowUp], *, begins: datetime, now: datetime) -> list[Group]:
    """What was put off comes last; a group without tasks is left out."""
    groups = [
        Group("left-over", "Left over from before", []),
        Group("late", "Late", []),
        Group("today", "Today", []),
        Group("later", "Put off until later", []),
    ]
    by_name = {group.name: group.rows for group in groups}
    for task in tasks:
        by_name[_group_of(task, begins=begins, now=now)].append(_row(task, now=now))
    return [group for group in groups if group.rows]


def _group_of(task: FollowUp, *, begins: datetime, now: datetime) -> str:
    if task.later_at is not None and task.later_at > now:
        return "later"
    if task.due_at <= begins:
        return "left-over"
    return "late" if task.due_at < now else "today"


def _row(task: FollowUp, *, now: datetime) -> Row:
    late = task.due_at < now
    labels = dict(follow_ups.Outcome.choices)
    return Row(
        task=task,
        state="breached" if late else "fifth" if task.due_at - now < SOON else "plenty",
        due=_due_words(task, now=now),
        step=_step_words(task),
        local_time=local_time(task.lead.country, now),
        outcomes=_numbered([(one.value, str(labels[one])) for one in follow_ups.OUTCOMES[task.channel]]),
        is_written=mail_templates.is_written(task),
    )


def _due_words(task: FollowUp, *, now: datetime) -> str:
    if task.later_at is not None and task.later_at > now:
        return f"from {timezone.localtime(task.later_at):%H:%M}"
    due, span = timezone.localtime(task.due_at), task.due_at - now
    if span < timedelta(0):
        same_day = due.date() == timezone.localtime(now).date()
        return f"{clock_face.words(span)} late" if same_day else f"since {due:%a %-d %b}"
    if span < SOON:
        return f"in {clock_face.words(span)}"
    return "by midnight" if due.hour == due.minute == 0 else f"by {due:%H:%M}"


def _step_words(task: FollowUp) -> str:
    if task.enrolment is None or task.step is None:
        return ""
    return f"day {task.step.day} of {task.enrolment.cadence.ends_on_day}"


def _numbered(choices: Sequence[tuple[str, str]]) -> list[Choice]:
    return [Choice(number, value, label) for number, (value, label) in enumerate(choices, start=1)]


def _ahead(user: User, ends: datetime) -> list[Ahead]:
    """The next days that have something, by the day in whose list it comes: what is due by midnight too."""
    coming = FollowUp.objects.doable().of(user).filter(due_at__gt=ends)
    by_day = coming.values(day=TruncDate(F("due_at") - timedelta(microseconds=1)))
    counted = by_day.annotate(count=Count("pk")).order_by("day")
    return [Ahead(row["day"], row["count"]) for row in counted[:DAYS_AHEAD]]
