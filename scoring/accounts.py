"""The one writer of account scores: scores the companies whose facts, deals or version changed, many at once (SC-10).

An account that says it needs a score is the queue: its people are scored with it, and the flag goes only when all of
that is done, so that a killed run is taken up. What nobody said, such as wins elsewhere in its industry, is found by
looking at every account each night. Only rows that changed are written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.db.models.expressions import RawSQL

from leads.facts import COMPANY_VOCABULARY, facts_of_account
from leads.models import Account, Opportunity
from scoring import colleagues, scorecards, scores
from scoring.domain import accounts as domain
from scoring.domain.accounts import AccountStanding
from scoring.domain.model import Model
from scoring.models import AccountScore, Score, Scorecard

BATCH = 1000
MOST_A_RUN = 20_000
COMPARED = ("scorecard_id", "value", "low", "high", "company_fit", "is_icp")
OF_COMPANY_ALONE = ("company_fit", "is_icp")
NIGHTLY = timedelta(days=2)
"""Every account is looked at each night; so long a miss of it is forgiven."""
Status = Opportunity.Status
AskGate = Callable[[int], bool]
"""Asks the gate about a lead; whether that could be done."""
VERSION = RawSQL('"leads_account"."xmin"::text', ())


@dataclass(frozen=True)
class AccountExplanation:
    """A company's figures with their terms; `people` are those whose engagement makes up its intent."""

    standing: AccountStanding
    model: Model
    intent: float
    people: int


@dataclass(frozen=True)
class _Deals:
    """How many deals each account of a batch has open, and has won."""

    open: Mapping[int, int]
    won: Mapping[int, int]


@dataclass(frozen=True)
class _Run:
    """What one run reads once: the version, which recalls what equal facts are worth, and wins by industry.

    Deals are counted only where there is a company to score, those of one industry where it is named.
    """

    scorecard: Scorecard
    model: Model
    industry: str = ""

    def assess(self, account: Account, deals: _Deals) -> AccountStanding:
        """The standing; thousands of companies share few answers to each question."""
        return self._assessor(_facts(account, deals, wins=self.wins))

    @cached_property
    def wins(self) -> Mapping[str, int]:
        """Deals won by industry, in lower case."""
        return _wins(self.industry)

    @cached_property
    def _assessor(self) -> Callable[[Mapping[str, object]], AccountStanding]:
        return domain.assessor(self.model, company=COMPANY_VOCABULARY)


def score_due(*, now: datetime, ask_gate: AskGate) -> int:
    """Score every account that needs it or bears another version's score; how many, at most about 20,000 a run.

    Whoever of its people may pass the gate now is handed to `ask_gate`, with no row locked.
    """
    run = _begin()
    done = _score_flagged(run, ask_gate, now=now)
    published = run.scorecard.pk  # two ranges of the index, empty in an instant when nothing is left
    others = Account.objects.filter(Q(score__scorecard__lt=published) | Q(score__scorecard__gt=published))
    while done < MOST_A_RUN and (batch := _score_batch(others, run, now=now)):
        done += len(batch)
    return done


def refresh_all(*, now: datetime) -> int:
    """Look at every account, as wins elsewhere change what it is worth; how many were looked at."""
    run, done, last = _begin(), 0, 0
    while batch := _score_batch(Account.objects.filter(pk__gt=last), run, now=now):
        done, last = done + len(batch), batch[-1]
    return done


def differences(*, now: datetime) -> Iterator[str]:
    """A sentence for each stored figure that the account's facts do not give; whoever waits for a score is left out.

    What depends on wins elsewhere is compared where none of the industry is newer than the nightly look.
    """
    run, last = _begin(), 0
    unsettled = _won_of_late(now)
    scored = Account.objects.filter(needs_score=False, score__scorecard=run.scorecard).order_by("pk")
    while batch := list(scored.filter(pk__gt=last)[:BATCH]):
        deals, kept = _deals_of(batch), AccountScore.objects.in_bulk([account.pk for account in batch])
        for account in batch:
            fresh = _row(account, run.assess(account, deals), run.scorecard, now=now)
            names = OF_COMPANY_ALONE if account.industry.lower() in unsettled else COMPARED
            yield from _differing(kept[account.pk], fresh, names)
        last = batch[-1].pk


def explain(account: Account, *, now: datetime) -> AccountExplanation:
    """What the account is worth at `now`, recomputed from what is stored."""
    run = _begin(industry=account.industry)
    engagements = _engagements(account, now=now)
    return AccountExplanation(
        standing=run.assess(account, _deals_of([account])),
        model=run.model,
        intent=domain.intent(engagements),
        people=len(engagements),
    )


def _begin(*, industry: str = "") -> _Run:
    scorecard = Scorecard.objects.published()
    return _Run(scorecard, scorecards.load(scorecard), industry)


def _score_flagged(run: _Run, ask_gate: AskGate, *, now: datetime) -> int:
    """Score the accounts that need it with their people; where somebody was not done, the flag stays."""
    done = last = 0
    while done < MOST_A_RUN and (seen := _flagged(after=last)):
        people = colleagues.score_people(seen, scorecard=run.scorecard, now=now)
        refused = {account for lead, account in people.hopeful.items() if not ask_gate(lead)}
        finished = {pk: seen[pk] for pk in seen.keys() - people.unfinished - refused}
        done += len(_score_batch(Account.objects.filter(pk__any_of=seen), run, now=now, finished=finished))
        last = max(seen)
    return done


def _flagged(*, after: int) -> dict[int, str]:
    """The next accounts that need a score, each with the version of its row."""
    waiting = Account.objects.filter(needs_score=True, pk__gt=after).order_by("pk").annotate(version=VERSION)
    return dict(waiting.values_list("pk", "version")[:BATCH])


def _score_batch(
    waiting: QuerySet[Account], run: _Run, *, now: datetime, finished: Mapping[int, str] | None = None
) -> list[int]:
    """Score the next thousand that nobody else holds, as one change; their ids, in order.

    The flag goes from those that are `finished`, where the row is still of the version that was looked at.
    """
    with transaction.atomic():
        locked = waiting.select_for_update(skip_locked=True, of=("self",), no_key=True)
        batch = list(locked.order_by("pk").annotate(version=VERSION)[:BATCH])
        if not batch:
            return []
        deals = _deals_of(batch)
        _keep([_row(account, run.assess(account, deals), run.scorecard, now=now) for account in batch])
        if settled := [each.pk for each in batch if (finished or {}).get(each.pk) == each.version]:
            Account.objects.filter(pk__any_of=settled).update(needs_score=False)
    return [account.pk for account in batch]


def _row(account: Account, standing: AccountStanding, scorecard: Scorecard, *, now: datetime) -> AccountScore:
    return AccountScore(
        account=account,
        scorecard=scorecard,
        value=standing.score.value,
        low=standing.score.low,
        high=standing.score.high,
        company_fit=standing.company_fit.value,
        is_icp=standing.is_icp,
        updated_at=now,
    )


def _keep(rows: Sequence[AccountScore]) -> None:
    """Write the rows that are new or say something else than what is kept."""
    kept = {row.pk: row for row in AccountScore.objects.filter(pk__any_of=[row.pk for row in rows])}
    changed = [row for row in rows if row.pk not in kept or _said(kept[row.pk]) != _said(row)]
    AccountScore.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["account"], update_fields=[*COMPARED, "updated_at"]
    )


def _differing(kept: AccountScore, fresh: AccountScore, names: Sequence[str]) -> Iterator[str]:
    for name in names:
        stored, found = getattr(kept, name), getattr(fresh, name)
        if stored != found:
            what = f"{name.replace('_', ' ')} is stored as {stored}"
            yield f"Account {kept.pk}: {what}, its facts and deals give {found}."


def _said(row: AccountScore) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in COMPARED)


def _facts(account: Account, deals: _Deals, *, wins: Mapping[str, int]) -> dict[str, object]:
    """What the account's row knows, with its deals; wins in an industry that nobody knows are unknown."""
    facts = facts_of_account(account) | {"open_opportunities": deals.open.get(account.pk, 0)}
    if account.industry:
        elsewhere = wins.get(account.industry.lower(), 0) - deals.won.get(account.pk, 0)
        facts["wins_in_industry"] = max(elsewhere, 0)
    return facts


def _deals_of(accounts: Sequence[Account]) -> _Deals:
    counts: dict[str, dict[int, int]] = {Status.OPEN: {}, Status.WON: {}}
    found = Opportunity.objects.filter(
        account__any_of=[account.pk for account in accounts], status__in=list(counts)
    )
    for account_id, status, count in found.values_list("account", "status").annotate(count=Count("pk")):
        counts[status][account_id] = count
    return _Deals(open=counts[Status.OPEN], won=counts[Status.WON])


def _wins(industry: str) -> Mapping[str, int]:
    """Deals won by industry, in lower case; only those of one industry where it is named."""
    won = Opportunity.objects.filter(status=Status.WON)
    if industry:
        won = won.filter(account__industry__iexact=industry)
    wins: Counter[str] = Counter()
    for name, count in won.values_list("account__industry").annotate(count=Count("pk")):
        wins[(name or "").lower()] += count
    return wins


def _won_of_late(now: datetime) -> set[str]:
    """The industries, in lower case, whose wins may have changed since the last nightly look at every account."""
    won = Opportunity.objects.filter(status=Status.WON)
    changed = Q(closed_at__gte=now - NIGHTLY) | Q(account__score__updated_at__gte=now - NIGHTLY)
    return {
        name.lower() for name in won.filter(changed).values_list("account__industry", flat=True).distinct()
    }


def _engagements(account: Account, *, now: datetime) -> list[float]:
    """The engagement of each of the account's people who has any, and was active of late."""
    state, since = scores.decay_state(), scores.current_week(now) - domain.INTENT_WEEKS
    active = Score.objects.filter(lead__account=account, last_week__gt=since, engagement_sum__gt=0)
    kept = active.filter(lead__merged_into__isnull=True).select_related("scorecard")
    found = (scores.engagement_of(score, state=state, now=now) for score in kept)
    return [engagement for engagement in found if engagement > 0]
