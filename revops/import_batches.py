"""Takes many rows of a file in at once, those who qualify among them, as long as none asks for a change of its own.

Everything is decided by the same functions as for one signal, on values in memory, and stored in a few statements:
the rows become what `pipeline.receive` would make of each. The first row that asks for more ends the batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from leads import (
    acquisition,
    consent,
    intake,
    intake_together,
    lifecycle,
    partitions,
    prepared,
    quick_rows,
    suppressions,
)
from leads.domain.signal import SignalIn, fingerprint
from leads.domain.stages import MARKETING_STAGES, SALES_STAGES, Stage
from leads.imports import BrokenRow, Row
from leads.intake_together import Taken
from leads.matching import INTAKE, Match
from leads.matching_together import GoesAlone, People
from leads.models import ConsentRecord, Lead, Source
from leads.moving_together import Moves
from revops.answers import Outcome, answer_for, told_of
from revops.pipeline import PIPELINE, Received
from routing import clocks, handoffs
from routing.handing_over import Package, Ready
from scoring import qualification
from scoring.following import Following, Look
from scoring.qualification import Qualification

FEWEST, MOST = 50, 2000  # rows that go together, by the operating model as it was when the first of them came
MOST_ALONE = 64
LONGEST = 2.0  # seconds that rows and pools should be held for at most: live signals wait for them
# How the rows' references are looked up is planned at a session's first commit, and kept: where nobody was there yet
# the server would read all that came since, once for each, until it has analysed the tables.
BY_INDEX = "SELECT set_config('enable_seqscan', 'off', true)"
TAKEN_BEFORE = "This row was taken in before with other values, which stay."


class ReadRow(NamedTuple):
    """A row of the file as a signal at its own time, or why it is none."""

    row: Row | BrokenRow
    payload: dict[str, Any]
    signal: SignalIn | None
    at: datetime
    problem: str = ""


class Found(NamedTuple):
    """What became of a row: an answer and whether it is the first, or why it was refused."""

    row: ReadRow
    received: Received | None
    problem: str = ""


class Pace:
    """How many rows to take next: more together as long as that goes well, more alone where none went together."""

    def __init__(self, *, together: bool, first: int = FEWEST, longest: float = LONGEST) -> None:
        self.together, self._longest = together, longest
        self.next, self.alone = (first, 0) if together else (MOST_ALONE, MOST_ALONE)

    def went(self, taken: int, *, of: int, seconds: float = 0) -> None:
        """So many of the rows went together in so long; the next has to go alone, if there is one."""
        if taken == of and seconds > self._longest:
            self.next, self.alone = max(FEWEST, self.next // 2), 0
        elif taken == of:
            self.next, self.alone = min(MOST, 2 * self.next), 0
        else:
            self.next = min(MOST, max(FEWEST, 2 * taken))
            self.alone = 1 if taken else min(MOST_ALONE, max(1, 2 * self.alone))


@dataclass(frozen=True, kw_only=True)
class Bringing:
    """Who brings the rows, since when they are news, and what is known of all (see `pipeline.receive`)."""

    source: Source
    news_since: datetime
    bought: bool = False
    qualified_elsewhere: str = ""


def take(rows: Sequence[ReadRow], how: Bringing) -> list[Found]:
    """Take in the rows up to the first that has to go alone, in the caller's transaction; what became of each."""
    prepared.run_later(BY_INDEX)
    batch = _Batch(rows, how)
    decided = batch.decide(rows)
    batch.store()
    return decided


class _Batch:
    """Locks and reads what the rows tell of, decides in memory, and stores what came of it."""

    def __init__(self, rows: Sequence[ReadRow], how: Bringing) -> None:
        signals = [one.signal for one in rows if one.signal is not None]
        self._how, self._source = how, how.source
        self._answered = intake_together.answered({one.signal_id for one in signals}, source=how.source)
        fresh = [one for one in signals if one.signal_id not in self._answered and one.person.email]
        self._people = People(fresh, source=how.source)
        self._refused = suppressions.refused_among(self._people.keys)
        self._watched = clocks.watched(self._people.known)
        self._open = handoffs.open_handoffs_of(self._people.known)
        self._were_mql = lifecycle.were_at(Stage.MQL, self._people.known) if how.qualified_elsewhere else ()
        self._standings = Following(self._people.known)
        self._moves = Moves(by=PIPELINE, news_since=how.news_since)
        self._taken: dict[str, Taken] = {}
        self._new: list[Lead] = []
        self._came_to_us: list[tuple[Lead, datetime]] = []
        self._said: list[ConsentRecord | None] = []
        self._ready: dict[int, Ready] = {}
        self._told_when_handed_over: list[tuple[int, dict[str, Any]]] = []

    def decide(self, rows: Sequence[ReadRow]) -> list[Found]:
        """What becomes of each row up to the first that has to go alone; who has it now is told once it is stored."""
        decided = []
        for one in rows:
            try:
                decided.append(self._decide(one))
            except GoesAlone:
                break
        return decided

    def store(self) -> None:
        """Store what has been decided, hand over who qualified, and answer."""
        taken = list(self._taken.values())
        if not taken:
            return
        times = (one.signal.occurred_at for one in taken)
        for at in {(at.year, at.month): at for at in times}.values():
            partitions.ensure_month(at)
        self._people.store()
        if self._how.bought:
            acquisition.tell_purchased(self._new, by=PIPELINE)
        acquisition.tell_came_to_us(self._came_to_us, by=PIPELINE)
        self._moves.store()
        consent.keep_all(self._said)
        self._standings.store()
        self._hand_over()
        intake_together.store(taken, source=self._source)

    def _hand_over(self) -> None:
        """Whoever qualified goes to sales in the order of the rows, and their answers say to whom."""
        handed_over = handoffs.hand_over_each(list(self._ready.values()))
        with_whom = dict(zip(self._ready, handed_over, strict=True))
        for lead_id, answer in self._told_when_handed_over:
            answer["handoff"] = told_of(with_whom[lead_id])

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
        """The answer to a signal of somebody who says nothing of being contacted that is to be heeded."""
        if not signal.person.email or signal.type == consent.UNSUBSCRIBE:
            raise GoesAlone
        match = self._people.meet(signal, now=one.at)
        try:
            look = self._look(match, one, signal)
        except GoesAlone:
            self._people.forget_last()
            raise
        return self._follow(match, one, look)

    def _look(self, match: Match, one: ReadRow, signal: SignalIn) -> Look:
        """Where the signal's person stands by it; raises GoesAlone, and then nothing has changed."""
        lead = match.lead
        if match.created and self._how.bought:
            lead.acquired = Lead.Acquired.PURCHASED
        if lead.email_key in self._refused if match.created else _opts_in_again(lead, signal):
            raise GoesAlone
        look = self._standings.look(lead, signal, now=one.at)
        with_sales = lead.id in self._watched or lead.id in self._ready
        if with_sales and lead.tier != look.standing.now.tier:
            raise GoesAlone
        return look

    def _follow(self, match: Match, one: ReadRow, look: Look) -> dict[str, Any]:
        """What comes of it, as in `pipeline.follow`."""
        lead, signal = match.lead, look.signal
        self._said.append(consent.record_of(lead, signal, source=self._source, now=one.at))
        self._standings.keep(look)
        if match.created:
            self._new.append(lead)
            self._moves.begin(lead, by=INTAKE, at=one.at, cause="first signal")
        if lead.stage == Stage.SUBSCRIBER and lead.account_id is not None:
            self._moves.move(lead, Stage.LEAD, at=one.at, cause="company known")
        asked = qualification.judge(lead, look.standing, trigger=signal.type, now=one.at)
        with_whom = None
        if asked.verdict.qualified:
            self._qualify(look, asked, now=one.at)
        elif self._qualified_elsewhere(lead):
            self._moves.advance(lead, Stage.MQL, at=one.at, cause=self._how.qualified_elsewhere)
            self._make_ready(look, asked, now=one.at)
        elif lead.stage in SALES_STAGES:
            with_whom = self._open.get(lead.id)
        answer = answer_for(signal, match, Outcome(look.standing, asked, with_whom))
        if lead.id in self._ready:
            self._told_when_handed_over.append((lead.id, answer))
        self._taken[signal.signal_id] = Taken(signal, lead.id, answer, one.at)
        return answer

    def _qualify(self, look: Look, asked: Qualification, *, now: datetime) -> None:
        """The person becomes an MQL by the gate."""
        lead = look.lead
        if asked.verdict.hand_raise and lead.acquired != Lead.Acquired.OWN:
            self._people.write(lead, {"acquired": Lead.Acquired.OWN})
            self._came_to_us.append((lead, now))
        self._moves.qualify(lead, at=now, cause=asked.cause, hand_raise=asked.verdict.hand_raise)
        self._make_ready(look, asked, now=now)

    def _qualified_elsewhere(self, lead: Lead) -> bool:
        """Whether the lead enters as an MQL, whatever the gate says: marketing has it, and never handed it over."""
        is_new = lead.stage in MARKETING_STAGES and lead.id not in self._were_mql
        return bool(self._how.qualified_elsewhere) and is_new

    def _make_ready(self, look: Look, asked: Qualification, *, now: datetime) -> None:
        """The person is to be handed over as they are now, whatever later rows tell of them."""
        package, is_history = self._package(look, asked, now=now), now < self._how.news_since
        self._ready[look.lead.id] = Ready(_as_of_now(look.lead), package, now, is_history=is_history)

    def _package(self, look: Look, asked: Qualification, *, now: datetime) -> Package:
        standing, signal = look.standing, look.signal
        return Package(
            fit=standing.now.fit,
            engagement=standing.now.engagement,
            urgency=standing.now.urgency,
            tier=standing.now.tier,
            priority=asked.priority,
            source=intake.source_label_of(signal, source=self._source),
            trigger=signal.type,
            scorecard_version=standing.model.version,
            captured_at=now,
        )


def _again(one: ReadRow, body: str, answer: dict[str, Any]) -> Found:
    if one.signal is not None and fingerprint(one.signal) != body:
        return Found(one, None, TAKEN_BEFORE)
    return Found(one, Received(answer, first=False))


def _opts_in_again(lead: Lead, signal: SignalIn) -> bool:
    """Whether a refusal is to be lifted, which only one signal at a time is asked."""
    return signal.consent.basis == consent.OPT_IN and lead.suppressed_at is not None


def _as_of_now(lead: Lead) -> Lead:
    """The lead with its company, of which nothing that is learned later is told."""
    twin = quick_rows.twin(lead)
    twin.account = quick_rows.twin(lead.account) if lead.account else None
    return twin
