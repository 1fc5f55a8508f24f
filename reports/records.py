"""The clocks behind the numbers, one by one: what was promised for which lead, who held it and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from reports.clock_states import condition
from reports.domain.compliance import Span, State, late_by, state_of
from reports.keyset import Order
from routing.domain.clock_face import words
from routing.models import Clock
from routing.models.clock import ClockQuerySet

CHUNK = 2000
HEADER = (
    *("Lead", "Company", "Clock", "State", "Tier", "Source", "Rep", "Team", "Started", "Due", "Stopped"),
    *("Took (minutes)", "Late (minutes)", "Lead page"),
)
STATE_LABELS = {
    State.MET: "Met",
    State.BREACHED: "Breached",
    State.OVERDUE: "Breached, still open",
    State.AT_RISK: "At risk",
    State.RUNNING: "Running",
}
SHAPES = {
    State.MET: "met",
    State.BREACHED: "breached",
    State.OVERDUE: "breached",
    State.AT_RISK: "fifth",
    State.RUNNING: "plenty",
}
NEWEST = Order("started_at", descending=True)
EARLIEST_DUE = Order("due_at", descending=False)


@dataclass(frozen=True)
class Record:
    """One clock as a reader sees it; `took` is from start to stop, in wall time."""

    lead_id: int
    lead: str
    company: str
    kind: str
    state: State
    tier: str
    rep: str
    team: str
    source: str
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    took: timedelta | None
    late: timedelta | None

    @property
    def state_label(self) -> str:
        """The state in words."""
        return STATE_LABELS[self.state]

    @property
    def shape(self) -> str:
        """The name under which the style sheet draws the state."""
        return SHAPES[self.state]

    @property
    def took_in_words(self) -> str:
        """How long it ran, once it has stopped."""
        return words(self.took) if self.took is not None else ""

    @property
    def late_in_words(self) -> str:
        """How late it is, or was."""
        return words(self.late) if self.late is not None else ""


def in_state(clocks: ClockQuerySet, state: State | None, *, now: datetime) -> ClockQuerySet:
    """The clocks in `state`, or all, with what a record shows of them."""
    chosen = clocks if state is None else clocks.filter(condition(state, now=now))
    return chosen.select_related("lead__account", "handoff", "holder", "team")


def records(clocks: Iterable[Clock], *, now: datetime) -> list[Record]:
    """The records of `clocks`."""
    return [_record(clock, now=now) for clock in clocks]


def rows(clocks: ClockQuerySet, *, now: datetime) -> Iterator[list[str | int]]:
    """The cells under HEADER of every clock, newest first, never holding more than a chunk of them."""
    zone = ZoneInfo(settings.ORGANISATION_TIME_ZONE)
    for clock in clocks.order_by(*NEWEST.terms(backwards=False)).iterator(chunk_size=CHUNK):
        yield _cells(_record(clock, now=now), zone=zone)


def _cells(record: Record, *, zone: ZoneInfo) -> list[str | int]:
    return [
        *(record.lead, record.company, record.kind, record.state_label, record.tier, record.source),
        *(record.rep, record.team),
        *(_instant(at, zone) for at in (record.started_at, record.due_at, record.stopped_at)),
        *(_minutes(record.took), _minutes(record.late)),
        f"{settings.SITE_URL}{reverse('lead', args=[record.lead_id])}",
    ]


def _instant(at: datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(timespec="seconds") if at else ""


def _minutes(span: timedelta | None) -> str | int:
    return "" if span is None else int(span.total_seconds() // 60)


def _record(clock: Clock, *, now: datetime) -> Record:
    span = Span(clock.started_at, clock.due_at, clock.stopped_at)
    return Record(
        lead_id=clock.lead_id,
        lead=clock.lead.name,
        company=clock.lead.account.name if clock.lead.account else "",
        kind=clock.get_kind_display(),
        state=state_of(span, now=now),
        tier=clock.tier,
        rep=str(clock.holder) if clock.holder else "",
        team=clock.team.name if clock.team else "",
        source=clock.handoff.source,
        started_at=clock.started_at,
        due_at=clock.due_at,
        stopped_at=clock.stopped_at,
        took=clock.stopped_at - clock.started_at if clock.stopped_at else None,
        late=late_by(span, now=now),
    )
