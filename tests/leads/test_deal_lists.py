"""The lists that operations keeps for deals: ordered, audited, refused where nobody could tell entries apart."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from leads import deal_lists, opportunities
from leads.concurrent_edits import EditedMeanwhile
from leads.models import AuditEntry, LossReason, OpportunityStage, User
from tests import factories

pytestmark = pytest.mark.django_db


def order() -> list[str]:
    return list(LossReason.objects.filter(is_active=True).order_by("position").values_list("code", flat=True))


def test_a_reason_is_added_edited_moved_retired_and_restored_and_each_is_audited(
    olga: User, now: datetime
) -> None:
    told = {"by": olga, "now": now}
    added = deal_lists.add(LossReason, {"label": "Lost the sponsor"}, **told)  # type: ignore[arg-type]
    seen = deal_lists.edition_of(added)
    deal_lists.edit(added, {"label": "The sponsor left"}, seen=seen, **told)  # type: ignore[arg-type]
    deal_lists.move(added, places=-1, **told)  # type: ignore[arg-type]
    after_moving = order()
    deal_lists.retire(added, **told)  # type: ignore[arg-type]
    deal_lists.restore(added, **told)  # type: ignore[arg-type]

    assert after_moving[-2:] == ["lost-the-sponsor", "unresponsive"]
    entries = AuditEntry.objects.filter(subject=f"loss-reason:{added.pk}").order_by("id")
    assert [entry.action.partition(".")[2] for entry in entries] == [
        "added",
        "edited",
        "moved",
        "retired",
        "restored",
    ]


def test_labels_are_told_apart_and_the_second_editor_is_told(olga: User, now: datetime) -> None:
    price = factories.loss("price")
    seen = deal_lists.edition_of(price)

    with pytest.raises(deal_lists.LabelTaken):
        deal_lists.edit(price, {"label": "no DECISION"}, seen=seen, by=olga, now=now)
    deal_lists.edit(price, {"label": "Too dear"}, seen=seen, by=olga, now=now)
    with pytest.raises(EditedMeanwhile):
        deal_lists.edit(price, {"label": "Cost"}, seen=seen, by=olga, now=now)


@pytest.mark.parametrize("label", ["Won", "LOST", "all", "Open"])
def test_no_stage_is_called_by_how_deals_stand_but_a_reason_may_be(
    label: str, olga: User, now: datetime
) -> None:
    proposal = OpportunityStage.objects.get(code="proposal")
    seen, changes = deal_lists.edition_of(proposal), {"label": label, "probability": 50}

    with pytest.raises(deal_lists.LabelReserved):
        deal_lists.add(OpportunityStage, changes, by=olga, now=now)
    with pytest.raises(deal_lists.LabelReserved):
        deal_lists.edit(proposal, changes, seen=seen, by=olga, now=now)
    reason = deal_lists.add(LossReason, {"label": label}, by=olga, now=now)

    assert reason.label == label
    assert not OpportunityStage.objects.filter(label=label).exists()


@pytest.mark.parametrize("label", ["Won!", "All (signed)", "¡Lost?", "Áll"])
def test_no_stage_is_asked_for_by_the_word_of_those_that_ended(label: str, olga: User, now: datetime) -> None:
    added = deal_lists.add(OpportunityStage, {"label": label, "probability": 90}, by=olga, now=now)

    assert added.code not in deal_lists.STANDINGS


def test_a_stage_with_open_deals_and_the_last_entry_are_not_retired(
    ana: User, olga: User, now: datetime
) -> None:
    lead = factories.handoff(now=now).lead
    opportunities.open(lead, owner=ana, amount=None, close_on=date(2027, 1, 31), by=ana, now=now)
    first, *_ = OpportunityStage.objects.order_by("position")

    with pytest.raises(deal_lists.CannotRetire, match="1 open opportunit"):
        deal_lists.retire(first, by=olga, now=now)
    reasons = list(LossReason.objects.order_by("position"))
    for reason in reasons[1:]:
        deal_lists.retire(reason, by=olga, now=now)
    with pytest.raises(deal_lists.CannotRetire, match="last one in use"):
        deal_lists.retire(reasons[0], by=olga, now=now)


def test_deals_begin_at_the_first_stage_in_use(ana: User, olga: User, now: datetime) -> None:
    deal_lists.retire(OpportunityStage.objects.get(code="discovery"), by=olga, now=now)
    lead = factories.handoff(now=now).lead

    deal = opportunities.open(lead, owner=ana, amount=None, close_on=date(2027, 1, 31), by=ana, now=now)

    assert deal.stage is not None
    assert deal.stage.code == "proposal"
