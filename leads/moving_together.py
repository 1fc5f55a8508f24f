"""Moves the leads of many signals from stage to stage, to what `lifecycle` writes of each, and stores it all at once.

The leads are new or held by the caller. A lead in memory stands where it was moved to; its row, from `store` on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count

from leads import copying, lifecycle, outbox, quick_rows, timeline
from leads.actors import Job
from leads.domain import stages
from leads.domain.events import EventKind
from leads.domain.stages import Stage
from leads.models import Lead, StageVisit
from leads.outbox import Event

LEFT = """
    UPDATE leads_stagevisit AS visit SET left_at = moved.at
    FROM unnest(%s::bigint[], %s::timestamptz[]) AS moved (lead_id, at)
    WHERE visit.lead_id = moved.lead_id AND visit.left_at IS NULL
"""
COLUMNS = (
    "lead_id",
    "stage",
    "number",
    "came_from",
    "entered_at",
    "left_at",
    "how",
    "job",
    "cause",
    "reason",
)
LEAD, STAGE, NUMBER, LEFT_AT, HOW = (
    COLUMNS.index(name) for name in ("lead_id", "stage", "number", "left_at", "how")
)
MOVED = ("stage", "held_from", "held_until")
NO_REASON = {"reason": ""}


class Moves:
    """The moves of some leads by `by`, in their order; nobody is told of those before `news_since`."""

    def __init__(self, *, by: Job, news_since: datetime) -> None:
        self._by, self._news_since = by, news_since
        self._is_heard = outbox.is_heard(EventKind.STAGE_CHANGED)
        self._visits: list[list[Any]] = []
        self._latest: dict[int, list[Any]] = {}
        self._known: dict[int, Lead] = {}
        self._left: dict[int, datetime] = {}
        self._told: list[timeline.Told] = []
        self._published: list[tuple[Event, datetime]] = []

    def begin(self, lead: Lead, *, by: Job, at: datetime, cause: str) -> None:
        """The first visit of a lead that is not stored yet."""
        self._enter(lead, came_from="", by=by, at=at, cause=cause)

    def move(
        self,
        lead: Lead,
        to: Stage,
        *,
        at: datetime,
        cause: str,
        hand_raise: bool = False,
        inferred: bool = False,
    ) -> None:
        """The lead goes on to stage `to`; raises MoveNotAllowed."""
        came_from = Stage(lead.stage)
        stages.check_move(came_from, to, hand_raise=hand_raise)
        lead.stage = to.value
        self._leave(lead, at)
        self._enter(lead, came_from=came_from.value, by=self._by, at=at, cause=cause)
        if inferred:
            self._latest[lead.id][HOW] = StageVisit.How.INFERRED.value
        sentence = lifecycle.sentence_of(came_from, to, cause)
        self._told.append(timeline.Told(lead.id, at, sentence, NO_REASON))
        if at >= self._news_since and self._is_heard:
            event = lifecycle.event_of(quick_rows.twin(lead), came_from, to, cause=cause, now=at)
            self._published.append((event, at))

    def qualify(self, lead: Lead, *, at: datetime, cause: str, hand_raise: bool) -> None:
        """The lead becomes an MQL, as by `lifecycle.qualify`."""
        if lead.stage == Stage.SUBSCRIBER and not hand_raise:
            self.move(lead, Stage.LEAD, at=at, cause=lifecycle.VALID_CONTACT)
        self.move(lead, Stage.MQL, at=at, cause=cause, hand_raise=hand_raise)
        lead.held_from = lead.held_until = None

    def advance(self, lead: Lead, to: Stage, *, at: datetime, cause: str) -> None:
        """The lead comes forward to `to`, as by `lifecycle.advance`."""
        for stage in stages.path(Stage(lead.stage), to):
            self.move(lead, stage, at=at, cause=cause, hand_raise=True, inferred=stage is not to)

    def store(self) -> None:
        """Store the moves; by now the leads themselves are stored."""
        copying.rewrite(list(self._known.values()), MOVED)
        if self._left:
            self._end_stored_visits()
        copying.stream_rows(StageVisit, COLUMNS, self._visits)
        timeline.record_very_many(self._told, timeline.Kind.STAGE, by=self._by)
        outbox.publish_each(self._published)

    def _leave(self, lead: Lead, at: datetime) -> None:
        if (visit := self._latest.get(lead.id)) is not None:
            visit[LEFT_AT] = at
        else:
            self._left[lead.id] = at
            self._known[lead.id] = lead

    def _enter(self, lead: Lead, *, came_from: str, by: Job, at: datetime, cause: str) -> None:
        how = StageVisit.How.RULE.value
        visit = [lead.id, str(lead.stage), 1, came_from, at, None, how, by.name, cause[:200], ""]
        self._visits.append(visit)
        self._latest[lead.id] = visit

    def _end_stored_visits(self) -> None:
        """Leave the stages in which leads stood that are not new, and count what they pass through again."""
        with connection.cursor() as cursor:
            cursor.execute(LEFT, [list(self._left), list(self._left.values())])
        passed = _passages(self._left)
        for visit in self._visits:
            if visit[LEAD] in self._left:
                passed[visit[LEAD], visit[STAGE]] += 1
                visit[NUMBER] = passed[visit[LEAD], visit[STAGE]]


def _passages(lead_ids: Iterable[int]) -> Counter[tuple[int, str]]:
    """How often each of the leads has come through each stage."""
    visits = StageVisit.objects.filter(lead_id__any_of=lead_ids).values_list("lead", "stage")
    return Counter({(lead, stage): times for lead, stage, times in visits.annotate(times=Count("id"))})
