"""Takes many rows of a file in at once, as long as each tells of somebody who does not qualify by it.

Everything is decided by the same functions as for one signal, on values in memory, and stored in a few statements:
the rows become what `pipeline.receive` would make of each. The first row that asks for more ends the batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leads import acquisition, consent, intake, lifecycle, outbox, partitions, suppressions
from leads.domain.signal import SignalIn, fingerprint
from leads.domain.stages import Stage
from leads.imports import BrokenRow, Row
from leads.intake import Taken
from leads.matching import INTAKE, Match
from leads.matching_together import GoesAlone, People
from leads.models import ConsentRecord, Lead, Source
from revops.answers import Outcome, answer_for
from revops.pipeline import PIPELINE, Received
from routing import clocks
from scoring import qualification
from scoring.following import Following

FEWEST, MOST = 50, 2000  # rows that go together, by the operating model as it was when the first of them came
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
    return decided


class _Batch:
    """Locks and reads what the rows tell of, decides in memory, and stores what came of it."""

    def __init__(self, rows: Sequence[ReadRow], *, source: Source, bought: bool) -> None:
        signals = [one.signal for one in rows if one.signal is not None]
        self._source, self._bought = source, bought
        self._answered = intake.answered([one.signal_id for one in signals], source=source)
        fresh = [one for one in signals if one.signal_id not in self._answered and one.person.email]
        self._people = People(fresh, source=source)
        self._refused = suppressions.refused_among(self._people.keys)
        self._busy = clocks.watched(self._people.known)
        self._standings = Following(self._people.known)
        self._taken: dict[str, Taken] = {}
        self._new: list[Lead] = []
        self._said: list[ConsentRecord | None] = []

    def decide(self, rows: Sequence[ReadRow]) -> list[Found]:
        """What becomes of each row up to the first that has to go alone."""
        decided = []
        for one in rows:
            try:
                decided.append(self._decide(one))
            except GoesAlone:
                break
        return decided

    def store(self, *, news_since: datetime) -> None:
        """Store what has been decided."""
        taken = list(self._taken.values())
        if not taken:
            return
        self._people.store()
        with outbox.history():
            _begin([lead for lead in self._new if lead.created_at < news_since])
        _begin([lead for lead in self._new if lead.created_at >= news_since])
        if self._bought:
            acquisition.tell_purchased(self._new, by=PIPELINE)
        times = (one.signal.occurred_at for one in taken)
        for at in {(at.year, at.month): at for at in times}.values():
            partitions.ensure_month(at)
        consent.keep_all(self._said)
        intake.store_together(taken, source=self._source)
        self._standings.store()

    def _decide(self, one: ReadRow) -> Found:
        signal = one.signal
        if signal is None and not one.problem:
            raise GoesAlone
        if signal is None:
            return Found(one, None, one.problem)
        if first := self._taken.get(signal.signal_id):
            return _again(one, fingerprint(first.signal), first.answer)
        if signal.signal_id in self._answered:
            body, answer = self._answered[signal.signal_id]
            if answer is None:
                raise GoesAlone
            return _again(one, body, answer)
        return Found(one, Received(self._take(one, signal), first=True))

    def _take(self, one: ReadRow, signal: SignalIn) -> dict[str, Any]:
        """The answer to a signal of somebody who does not qualify by it and says nothing of being contacted."""
        if not signal.person.email or signal.type == consent.UNSUBSCRIBE:
            raise GoesAlone
        match = self._people.meet(signal, now=one.at)
        try:
            return self._follow(match, one, signal)
        except GoesAlone:
            self._people.forget_last()
            raise

    def _follow(self, match: Match, one: ReadRow, signal: SignalIn) -> dict[str, Any]:
        lead = match.lead
        if self._needs_more(match, signal):
            raise GoesAlone
        if match.created:
            self._enter(lead)
        look = self._standings.look(lead, signal, now=one.at)
        judged = qualification.judge(lead, look.standing, trigger=signal.type, now=one.at)
        if judged.verdict.qualified:
            raise GoesAlone
        self._standings.keep(look)
        answer = answer_for(signal, match, Outcome(look.standing, judged, None))
        self._taken[signal.signal_id] = Taken(signal, lead.pk, answer, one.at)
        self._new += [lead] if match.created else []
        self._said.append(consent.record_of(lead, signal, source=self._source, now=one.at))
        return answer

    def _enter(self, lead: Lead) -> None:
        if self._bought:
            lead.acquired = Lead.Acquired.PURCHASED
        if lead.account is not None:
            lead.stage = Stage.LEAD.value

    def _needs_more(self, match: Match, signal: SignalIn) -> bool:
        """Whether a refusal of old is to be kept or lifted, sales works with the lead, or its company is news."""
        lead = match.lead
        if match.created:
            return lead.email_key in self._refused
        moves = lead.stage == Stage.SUBSCRIBER and lead.account is not None
        opts_in = signal.consent.basis == consent.OPT_IN and lead.suppressed_at is not None
        return lead.pk in self._busy or moves or opts_in


def _again(one: ReadRow, body: str, answer: dict[str, Any]) -> Found:
    if one.signal is not None and fingerprint(one.signal) != body:
        return Found(one, None, TAKEN_BEFORE)
    return Found(one, Received(answer, first=False))


def _begin(leads: Sequence[Lead]) -> None:
    lifecycle.begin_many(leads, by=INTAKE, cause="first signal", then_by=PIPELINE, then="company known")
