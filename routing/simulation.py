"""Replays a period's hand-offs on the draft and on today's rules, side by side: who would receive what (RT-8).

It reads the facts that each hand-off was decided by, streams them, and writes nothing but its answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime

from leads import background
from leads.background import CannotRun, Report
from leads.models import BackgroundRun, User
from routing import books, simulated_ground
from routing.books import Book
from routing.domain.deciding import Verdict
from routing.domain.simulation import Case, World
from routing.models import Handoff, RuleSet

KIND = "routing simulation"
USUAL_PERIOD = timedelta(days=30)
CHUNK = 2000
NOBODY = 0


@dataclass
class _Tally:
    """What is counted while the cases go by."""

    real: Counter[int] = field(default_factory=Counter)
    today: Counter[int] = field(default_factory=Counter)
    draft: Counter[int] = field(default_factory=Counter)
    by_rule: Counter[str] = field(default_factory=Counter)
    elsewhere: list[list[Any]] = field(default_factory=list)
    other_turns: int = 0
    cases: int = 0

    def count(self, case: Case, real: int | None, by_today: Verdict, by_draft: Verdict) -> None:  # noqa: PLR0917
        """One hand-off: who had it, who would by today's rules, who by the draft."""
        before, after = _receiver(by_today), _receiver(by_draft)
        self.cases += 1
        self.real[real or NOBODY] += 1
        self.today[before] += 1
        self.draft[after] += 1
        self.by_rule[_rule(by_draft)] += 1
        if before == after:
            return
        if _rule(by_today) == _rule(by_draft):
            self.other_turns += 1
        else:
            self.elsewhere.append([case.id, before, after, _rule(by_today), _rule(by_draft)])


def ask(draft: RuleSet, *, by: User, now: datetime) -> BackgroundRun:
    """Queue the replay of the last month's hand-offs on the draft."""
    parameters = {
        "draft": draft.version,
        "since": (now - USUAL_PERIOD).isoformat(),
        "until": now.isoformat(),
    }
    return background.ask(KIND, parameters, by=by, now=now)


def work(run: BackgroundRun, report: Report) -> dict[str, Any]:
    """Route every hand-off of the period twice, by today's rules and by the draft. Raises CannotRun."""
    draft = RuleSet.objects.filter(version=run.parameters["draft"], status=RuleSet.Status.DRAFT).first()
    if draft is None:
        raise CannotRun("The draft was published or discarded before it could be simulated.")
    since, until = (_instant(run.parameters[name]) for name in ("since", "until"))
    handoffs = of_period(since, until)
    total = handoffs.count()
    report(0, total, step="Reading who could receive")
    today, by_draft = books.book_of(RuleSet.objects.published()), books.book_of(draft)
    ground = simulated_ground.read(handoffs, since=since)
    worlds = [World(book.rules, simulated_ground.behind(book), ground) for book in (today, by_draft)]
    tally = _Tally()
    for case, real in cases(handoffs):
        tally.count(case, real, worlds[0].route(case), worlds[1].route(case))
        if tally.cases % 250 == 0:
            report(tally.cases, total, step="Routing each hand-off twice")
    report(tally.cases, total, step="Adding up")
    return _answer(tally, total=total, books=(today, by_draft))


def of_period(since: datetime, until: datetime) -> QuerySet[Handoff]:
    """The hand-offs that marketing made in the period."""
    made = Handoff.objects.filter(kind=Handoff.Kind.QUALIFIED)
    return made.filter(qualified_at__gte=since, qualified_at__lt=until)


def cases(handoffs: QuerySet[Handoff]) -> Iterator[tuple[Case, int | None]]:
    """Each hand-off as a case with who really had it, in the order of time; streamed.

    Those whose facts were not kept are left out.
    """
    rows = handoffs.order_by("qualified_at", "id").values_list(
        "id",
        "lead_id",
        "lead__account_id",
        "qualified_at",
        "explanation__facts",
        "decided_at",
        "status",
        "assignee_id",
        "trigger",
    )
    for id_, lead, account, at, facts, decided_at, status, real, trigger in rows.iterator(chunk_size=CHUNK):
        if facts:
            known = facts if "trigger" in facts else {**facts, "trigger": trigger}
            rejected = status not in (Handoff.Status.OPEN, Handoff.Status.ACCEPTED)
            yield Case(id_, lead, account, at, known, decided_at, rejected=rejected), real


def _receiver(verdict: Verdict) -> int:
    step = verdict.placed
    return step.picked.user if step and step.picked else NOBODY


def _rule(verdict: Verdict) -> str:
    return verdict.placed.rule.name if verdict.placed else ""


def _answer(tally: _Tally, *, total: int, books: tuple[Book, Book]) -> dict[str, Any]:
    people = set(tally.real) | set(tally.today) | set(tally.draft)
    found = User.objects.filter(pk__in=people).select_related("team").order_by("team__name", "name")
    counters = (tally.real, tally.today, tally.draft)
    return {
        "version": books[0].version.version,
        "draft": books[1].version.version,
        "revision": books[1].version.revision,
        "cases": tally.cases,
        "left_out": total - tally.cases,
        "reps": [
            [user.pk, str(user), user.team.name if user.team else "", *[each[user.pk] for each in counters]]
            for user in found
        ],
        "unassigned": [each[NOBODY] for each in counters],
        "rules": [[name, count] for name, count in tally.by_rule.most_common()],
        "elsewhere": tally.elsewhere,
        "other_turns": tally.other_turns,
    }


def _instant(text: str) -> datetime:
    found = parse_datetime(text)
    if found is None:
        raise CannotRun("The period cannot be read.")
    return found
