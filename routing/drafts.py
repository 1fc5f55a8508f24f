"""The one draft of the rules: begun from what routes, edited, published or discarded; it routes nothing (RT-8).

Every edit names the revision that its editor looked at, so that nobody overwrites somebody else's unseen.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from leads import audit
from leads.concurrent_edits import EditedMeanwhile
from leads.models import User
from routing import rule_faults, rulebook
from routing.models import RoutingRule, RuleSet
from routing.rule_faults import Fault
from routing.rulebook import Rule

Status = RuleSet.Status
OUT_OF_THE_WAY = 10_000


class NotADraft(Exception):
    """The draft was published or discarded meanwhile."""


class NotPublishable(Exception):
    """The draft cannot route as it is; `faults` says what to change, a sentence each."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(" ".join(fault.sentence for fault in faults))
        self.faults = faults


def start(*, by: User | None, now: datetime) -> RuleSet:
    """A draft with the rules that route today; the one there is already where somebody was quicker."""
    found = RuleSet.objects.draft()
    if found is not None:
        return found
    published = RuleSet.objects.published()
    try:
        with transaction.atomic():
            draft = RuleSet.objects.create(
                version=rulebook.next_number(), based_on=published, created_at=now, created_by=by
            )
            rulebook.fill(draft, rulebook.rules_of(published))
    except IntegrityError:
        return RuleSet.objects.get(status=Status.DRAFT)
    return draft


def add(draft: RuleSet, rule: Rule, *, place: int, revision: int) -> RoutingRule:
    """Put a rule at `place`, 1 the first. Raises EditedMeanwhile and NotADraft."""
    with transaction.atomic():
        _advance(draft, revision)
        order = _order(draft)
        row = RoutingRule.objects.create(rule_set=draft, position=len(order) + 1, **vars(rule))
        _arrange(draft, [*order[: place - 1], row.pk, *order[place - 1 :]])
    return row


def change(row: RoutingRule, rule: Rule, *, place: int, revision: int) -> None:
    """Let the row say `rule`, at `place`. Raises EditedMeanwhile and NotADraft."""
    with transaction.atomic():
        _advance(row.rule_set, revision)
        RoutingRule.objects.filter(pk=row.pk).update(**vars(rule))
        _put(row, place)


def move(row: RoutingRule, *, place: int, revision: int) -> None:
    """Move the row to `place`; before the first is the first. Raises EditedMeanwhile and NotADraft."""
    with transaction.atomic():
        _advance(row.rule_set, revision)
        _put(row, place)


def remove(row: RoutingRule, *, revision: int) -> None:
    """Take the row out. Raises EditedMeanwhile and NotADraft."""
    with transaction.atomic():
        _advance(row.rule_set, revision)
        RoutingRule.objects.filter(pk=row.pk).delete()
        _arrange(row.rule_set, _order(row.rule_set))


def discard(draft: RuleSet, *, by: User, now: datetime, revision: int) -> None:
    """Throw the draft away; nothing else will bear its number. Raises EditedMeanwhile and NotADraft."""
    with transaction.atomic():
        _advance(draft, revision)
        draft.rules.all().delete()
        RuleSet.objects.filter(pk=draft.pk).update(status=Status.DISCARDED)
        audit.record(
            "rules.discarded",
            subject=rulebook.SUBJECT,
            text=f"The draft of version {draft.version} discarded",
            by=by,
            at=now,
            before={"draft": draft.version},
        )


def publish(draft: RuleSet, *, by: User, now: datetime, revision: int, instead_of: int) -> RuleSet:
    """Let the draft route from now on, in place of version `instead_of`.

    Raises NotPublishable, NotADraft, EditedMeanwhile when the draft has moved on from `revision`, and
    ChangedMeanwhile when another version than `instead_of` routes by now.
    """
    with transaction.atomic():
        _advance(draft, revision)
        blocking = [fault for fault in rule_faults.faults(rulebook.rows_of(draft)) if fault.blocks]
        if blocking:
            raise NotPublishable(blocking)
        rulebook.retire(instead_of)
        RuleSet.objects.filter(pk=draft.pk).update(
            version=rulebook.next_number(beside=draft),
            status=Status.PUBLISHED,
            published_at=now,
            published_by=by,
        )
        draft.refresh_from_db()
        rulebook.write_down(draft.version, instead_of=instead_of, by=by, now=now)
    return draft


def _advance(draft: RuleSet, revision: int) -> None:
    """Hold the draft until the transaction ends, if it is still what its editor looked at."""
    seen = RuleSet.objects.filter(pk=draft.pk, status=Status.DRAFT, revision=revision)
    if seen.update(revision=F("revision") + 1):
        return
    still_there = RuleSet.objects.filter(pk=draft.pk, status=Status.DRAFT).exists()
    raise EditedMeanwhile if still_there else NotADraft


def _order(draft: RuleSet) -> list[int]:
    return list(draft.rules.order_by("position").values_list("pk", flat=True))


def _put(row: RoutingRule, place: int) -> None:
    others = [each for each in _order(row.rule_set) if each != row.pk]
    at = max(place - 1, 0)
    _arrange(row.rule_set, [*others[:at], row.pk, *others[at:]])


def _arrange(draft: RuleSet, order: Sequence[int]) -> None:
    """Number the rows anew; they step aside first, for no two may hold one place even for a moment."""
    draft.rules.update(position=F("position") + OUT_OF_THE_WAY)
    placed = [RoutingRule(pk=row, position=place) for place, row in enumerate(order, start=1)]
    RoutingRule.objects.bulk_update(placed, ["position"])
