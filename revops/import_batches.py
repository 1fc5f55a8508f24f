"""Takes many rows of a file in at once, as long as each tells of somebody new who does not qualify.

Everything is decided by the same functions as for one signal, on values in memory, and stored in a few statements:
the rows become what `pipeline.receive` would make of each. The first row that asks for more ends the batch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leads import acquisition, consent, intake, lifecycle, outbox, partitions, suppressions
from leads.domain.signal import SignalIn, fingerprint
from leads.domain.stages import Stage
from leads.imports import BrokenRow, Row
from leads.intake import Taken
from leads.matching import INTAKE, Match
from leads.models import Lead, Source
from leads.newcomers import Newcomers, NotANewcomer
from revops.answers import Outcome, answer_for
from revops.pipeline import PIPELINE, Received
from scoring import qualification, scores
from scoring.qualification import Qualification
from scoring.scores import Standing

FEWEST, MOST = 50, 1000  # rows that go together, by the operating model as it was when the first of them came
MOST_ALONE = 64
TAKEN_BEFORE = "This row was taken in before with other values, which stay."


@dataclass(frozen=True)
class ReadRow:
    """A row of the file as a signal at its own time, or why it is none."""

    row: Row | BrokenRow
    payload: dict[str, Any]
    signal: SignalIn | None
    at: datetime
    problem: str = ""


@dataclass(frozen=True)
class Found:
    """What became of a row: an answer and whether it is the first, or why it was refused."""

    row: ReadRow
    received: Received | None
    problem: str = ""


@dataclass(frozen=True)
class _Newcomer:
    row: ReadRow
    signal: SignalIn
    lead: Lead
    standing: Standing
    asked: Qualification

    def answer(self) -> dict[str, Any]:
        outcome = Outcome(self.standing, self.asked, None)
        return answer_for(self.signal, Match(self.lead, created=True), outcome)


class Pace:
    """How many rows to take next: more together as long as that goes well, more alone where none went together."""

    def __init__(self, *, together: bool) -> None:
        self.together = together
        self.next, self.alone = (FEWEST, 0) if together else (MOST_ALONE, MOST_ALONE)

    def went(self, taken: int, *, of: int) -> None:
        """So many of the rows went together; the next has to go alone, if there is one."""
        if taken == of:
            self.next, self.alone = min(MOST, 2 * self.next), 0
        else:
            self.next = min(MOST, max(FEWEST, 2 * taken))
            self.alone = 1 if taken else min(MOST_ALONE, max(1, 2 * self.alone))


def take(rows: Sequence[ReadRow], *, source: Source, bought: bool, news_since: datetime) -> list[Found]:
    """Take in the rows up to the first that has to go alone, in the caller's transaction; what became of each.

    Nobody is told of what came before `news_since`.
    """
    batch = _Batch(rows, source=source, bought=bought)
    decided = batch.decide(rows)
    batch.store(news_since=news_since)
    return [found() for found in decided]


class _Batch:
    def __init__(self, rows: Sequence[ReadRow], *, source: Source, bought: bool) -> None:
        signals = [one.signal for one in rows if one.signal is not None]
        self._source, self._bought = source, bought
        self._state = scores.held_decay_state()
        self._answered = intake.answered([one.signal_id for one in signals], source=source)
        fresh = [one for one in signals if one.signal_id not in self._answered and one.person.email]
        self._people = Newcomers(fresh, source=source)
        self._refused = suppressions.refused_among(self._people.keys)
        self._new: dict[str, _Newcomer] = {}

    def decide(self, rows: Sequence[ReadRow]) -> list[Callable[[], Found]]:
        """What becomes of each row up to the first that has to go alone, known once all are stored."""
        decided = []
        for one in rows:
            try:
                decided.append(self._decide(one))
            except NotANewcomer:
                break
        return decided

    def store(self, *, news_since: datetime) -> None:
        """Store what has been decided."""
        new = list(self._new.values())
        if not new:
            return
        leads = [one.lead for one in new]
        self._people.store(leads)
        with outbox.history():
            _begin([lead for lead in leads if lead.created_at < news_since])
        _begin([lead for lead in leads if lead.created_at >= news_since])
        if self._bought:
            acquisition.tell_purchased(leads, by=PIPELINE)
        for at in {f"{one.signal.occurred_at:%Y-%m}": one.signal.occurred_at for one in new}.values():
            partitions.ensure_month(at)
        consent.keep_all(
            consent.record_of(one.lead, one.signal, source=self._source, now=one.row.at) for one in new
        )
        intake.store_together(
            [Taken(one.signal, one.lead, one.answer(), one.row.at) for one in new], source=self._source
        )
        scores.keep_first((one.lead, one.standing, one.row.at) for one in new)

    def _decide(self, one: ReadRow) -> Callable[[], Found]:
        signal = one.signal
        if signal is None and not one.problem:
            raise NotANewcomer
        if signal is None:
            return lambda: Found(one, None, one.problem)
        if signal.signal_id in self._new:
            first = self._new[signal.signal_id]
            return self._again(one, fingerprint(first.signal), first.answer)
        if signal.signal_id in self._answered:
            body, answer = self._answered[signal.signal_id]
            if answer is None:
                raise NotANewcomer
            return self._again(one, body, lambda: answer)
        newcomer = self._meet(one, signal)
        self._new[signal.signal_id] = newcomer
        return lambda: Found(one, Received(newcomer.answer(), first=True))

    def _again(self, one: ReadRow, body: str, answer: Callable[[], dict[str, Any]]) -> Callable[[], Found]:
        if one.signal is not None and fingerprint(one.signal) != body:
            return lambda: Found(one, None, TAKEN_BEFORE)
        return lambda: Found(one, Received(answer(), first=False))

    def _meet(self, one: ReadRow, signal: SignalIn) -> _Newcomer:
        """Somebody new, scored and judged; raises NotANewcomer for whoever qualifies, or asks not to be contacted."""
        if not signal.person.email or signal.type == consent.UNSUBSCRIBE:
            raise NotANewcomer
        lead = self._people.meet(signal, now=one.at)
        if lead.email_key in self._refused:
            raise NotANewcomer
        if self._bought:
            lead.acquired = Lead.Acquired.PURCHASED
        if lead.account is not None:
            lead.stage = Stage.LEAD.value
        touch = intake.as_row(signal, source=self._source, lead=None, now=one.at)
        standing = scores.first(lead, touch, state=self._state)
        lead.tier = standing.now.tier
        judged = qualification.judge(lead, standing, trigger=signal.type, now=one.at)
        if judged.verdict.qualified:
            raise NotANewcomer
        return _Newcomer(one, signal, lead, standing, judged)


def _begin(leads: Sequence[Lead]) -> None:
    lifecycle.begin_many(leads, by=INTAKE, cause="first signal", then_by=PIPELINE, then="company known")
