"""Runs scoring models again over the stored history of every lead, side by side, in parts that fit into memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property, lru_cache

import numpy as np
from django.conf import settings

from leads import acquisition
from leads.domain import identity
from leads.domain.identity import EmailKind
from leads.domain.stages import Stage
from leads.facts import facts_from
from leads.models import Lead, StageVisit
from scoring import lead_rows, touch_columns
from scoring.domain import passages, recall
from scoring.domain.criteria import CriteriaScore, Criterion
from scoring.domain.histories import History, Moment, Pass, Person
from scoring.domain.model import Model
from scoring.domain.passages import Passage
from scoring.domain.replay import Rerun
from scoring.domain.trajectories import Touches, microseconds
from scoring.lead_rows import LeadRow
from scoring.touch_columns import Chunk

TOUCHES_AT_ONCE = 500_000
BETWEEN_REPORTS = 500  # leads
NEVER = datetime.max.replace(tzinfo=UTC)
Scorer = Callable[[recall.Facts], CriteriaScore]
Progress = Callable[[int, int], None]
_dialled = lru_cache(maxsize=50_000)(identity.parse_phone)


@dataclass(frozen=True)
class Period:
    """From `since` up to but not including `until`."""

    since: datetime
    until: datetime

    def __contains__(self, at: datetime | None) -> bool:
        return at is not None and self.since <= at < self.until

    def touches(self, passage: Passage) -> bool:
        """Whether some of the passage lies in the period."""
        begun = passage.begins_at < self.until
        return begun and (passage.ends_at is None or passage.ends_at >= self.since)


@dataclass(frozen=True)
class Run:
    """What one model does with one passage: when it first passes it, and the scores where that is in the period.

    `failed` says why not, in sentences, where the other model passes it in the period and this one never does.
    """

    at: datetime | None
    scores: Pass | None
    failed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """One marketing passage of a lead under today's model and under the draft."""

    lead_id: int
    passage: Passage
    today: Run
    draft: Run


@dataclass(frozen=True)
class _Part:
    """Some leads with their touches, and both models over them."""

    touches: Touches
    spans: Mapping[int, tuple[int, int]]
    reruns: tuple[Rerun, Rerun]

    @cached_property
    def asking(self) -> frozenset[int]:
        """Who asked to be contacted, as one of the models sees it."""
        today, draft = self.reruns
        return frozenset(self.touches.lead[today.requests | draft.requests].tolist())


def replay(today: Model, draft: Model, *, period: Period, progress: Progress) -> Iterator[Outcome]:
    """Every passage that either model first passes in the period, or that really was qualified in it.

    Both models are run from the beginning of each passage, as if each had always been in force. `progress` is told
    how many leads are done, of how many.
    """
    parts = list(touch_columns.chunks(touches_each=TOUCHES_AT_ONCE))
    total = parts[-1].last - parts[0].first + 1 if parts else 0
    fits = {model.fit: _in_a_row(recall.scorer(model.fit)) for model in (today, draft)}
    done = 0
    progress(done, total)
    for chunk in parts:
        part = _part(chunk, (today, draft), period=period, fits=fits)
        size, histories = chunk.last - chunk.first + 1, list(_histories(chunk, part))
        for number, (lead_id, lead) in enumerate(histories):
            if number % BETWEEN_REPORTS == 0:
                progress(done + size * number // len(histories), total)
            yield from _outcomes(lead_id, lead, part.reruns, period=period)
        done += size
        progress(done, total)


def _in_a_row(score: Scorer) -> Scorer:
    """The same, answering at once when the very facts are asked about again: each lead's are, many times in a row."""
    latest: list[tuple[recall.Facts, CriteriaScore]] = []

    def answer(facts: recall.Facts) -> CriteriaScore:
        if not latest or latest[0][0] is not facts:
            latest[:] = [(facts, score(facts))]
        return latest[0][1]

    return answer


def _part(
    chunk: Chunk,
    models: tuple[Model, Model],
    *,
    period: Period,
    fits: Mapping[tuple[Criterion, ...], Scorer],
) -> _Part:
    touches = _of_active(touch_columns.read(chunk, until=period.until), chunk, period)
    spans = {int(touches.lead[begin]): (begin, end) for begin, end in touches.spans()}
    zone = settings.ORGANISATION_TIME_ZONE
    today, draft = (Rerun(model, touches, zone, fits[model.fit]) for model in models)
    return _Part(touches, spans, (today, draft))


def _of_active(touches: Touches, chunk: Chunk, period: Period) -> Touches:
    """Only leads that a model could pass in the period: who did something in it, or was released from a hold."""
    in_it = touches.lead[touches.known_at >= microseconds(period.since)]
    released = StageVisit.objects.filter(
        lead__gte=chunk.first,
        lead__lte=chunk.last,
        stage=Stage.LEAD,
        came_from=Stage.RECYCLED,
        entered_at__gte=period.since,
    ).values_list("lead", flat=True)
    active = np.union1d(in_it, np.array(list(released), dtype=np.int64))
    return touches.some(np.isin(touches.lead, active))


def _histories(chunk: Chunk, part: _Part) -> Iterator[tuple[int, History]]:
    """The leads that the gate of either model may pass, with all that it asks about them."""
    people = {row.lead_id: person for row in _candidates(part) if (person := _worth_asking(row, part))}
    ids = list(people)
    came, said = acquisition.came_to_us_at(ids), lead_rows.critical_events(ids, chunk)
    visits = lead_rows.visits(ids)
    for lead_id, person in people.items():
        begin, end = part.spans[lead_id]
        told = replace(
            person,
            bought_until=person.bought_until or came.get(lead_id),
            critical_events=tuple(said.get(lead_id, ())),
        )
        yield lead_id, History(told, begin, end, passages.passages_of(visits[lead_id]))


def _candidates(part: _Part) -> Iterator[LeadRow]:
    """Whoever reached the engagement of a gate at any time, or asked to be contacted."""
    today, draft = part.reruns
    ids = np.unique(part.touches.lead[today.candidates | draft.candidates])
    return lead_rows.read(ids.tolist())


def _worth_asking(row: LeadRow, part: _Part) -> Person | None:
    """The lead as the gates know it, unless neither could pass it; cheap questions come before dear ones."""
    asks = row.lead_id in part.asking
    facts = facts_from(row.facts)
    if not asks and not any(rerun.fits(facts) for rerun in part.reruns):
        return None
    at_best = _person(row, facts)
    if not asks and not any(rerun.could_pass(at_best) for rerun in part.reruns):
        return None
    kind = identity.email_kind(identity.normalise_email(row.email)) if row.email else None
    return replace(at_best, email_kind=kind)


def _outcomes(
    lead_id: int, lead: History, reruns: tuple[Rerun, Rerun], *, period: Period
) -> Iterator[Outcome]:
    for passage in filter(period.touches, lead.passages):
        moments = [rerun.first_pass(lead, passage) for rerun in reruns]
        if not any(moment and moment.at in period for moment in moments) and (
            passage.qualified_at not in period
        ):
            continue
        today, draft = (
            _run(lead, passage, rerun, mine=mine, others=others, period=period)
            for rerun, mine, others in zip(reruns, moments, reversed(moments), strict=True)
        )
        yield Outcome(lead_id, passage, today, draft)


def _run(
    lead: History,
    passage: Passage,
    rerun: Rerun,
    *,
    mine: Moment | None,
    others: Moment | None,
    period: Period,
) -> Run:
    if mine is not None:
        return Run(mine.at, rerun.scores(lead, mine) if mine.at in period else None)
    if others is None or others.at not in period:
        return Run(None, None)
    failed = rerun.verdict(lead, passage, others).failed
    return Run(None, None, tuple(failure.sentence for failure in failed))


def _person(row: LeadRow, facts: dict[str, object]) -> Person:
    """The lead with, as yet, the best kind of address that there is."""
    return Person(
        facts=facts,
        email_kind=EmailKind.PERSONAL,
        phone_parses=bool(_dialled(row.phone, row.country)),
        first_name=bool(row.first_name),
        held_until=row.held_until,
        bought_until=NEVER if row.acquired == Lead.Acquired.PURCHASED else None,
        suppressed_at=row.suppressed_at,
    )
