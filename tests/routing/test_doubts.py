"""Doubts and first steps: said in one click, answered once, kept with the hand-off (QU-11, QU-12)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from leads.models import OutboxMessage, User
from routing import doubts, first_steps, handoffs
from routing.doubts import AlreadyAnswered, AnswerMissing, ScoresThen
from routing.handoffs import NotYours
from routing.models import Doubt, Handoff
from tests import factories

MINUTE = timedelta(minutes=1)
SCORES = ScoresThen(fit=81.0, engagement=40.0, urgency=70.0, tier="T1", scorecard_version=1)


def test_doubt_keeps_the_scores_as_they_were_and_is_told_to_operations_once(
    ana: User, olga: User, now: datetime
) -> None:
    handoff = factories.handoff(now=now)

    first = doubts.raise_doubt(handoff, " They have 3 people. ", SCORES, by=ana, now=now)
    again = doubts.raise_doubt(handoff, "", SCORES, by=ana, now=now + MINUTE)

    assert first == again
    assert (first.sentence, first.fit, first.tier, first.raised_by) == (
        "They have 3 people.",
        81.0,
        "T1",
        ana,
    )
    told = OutboxMessage.objects.filter(recipient=olga, channel="EMAIL")
    assert [message.title for message in told] == ["Ana doubts Eva Klein"]


def test_rep_is_told_the_answer_and_only_the_first_one_counts(ana: User, olga: User, now: datetime) -> None:
    doubt = doubts.raise_doubt(factories.handoff(now=now), "", SCORES, by=ana, now=now)

    with pytest.raises(AnswerMissing):
        doubts.answer(doubt, "  ", by=olga, now=now)
    doubts.answer(doubt, "The company size was wrong; it is corrected.", by=olga, now=now + MINUTE)
    with pytest.raises(AlreadyAnswered, match="Olga has answered this already"):
        doubts.answer(Doubt.objects.get(), "Something else", by=olga, now=now + MINUTE)

    told = OutboxMessage.objects.get(recipient=ana, channel="EMAIL", key=f"doubt:{doubt.pk}:answer")
    assert told.text == "The company size was wrong; it is corrected."
    assert Doubt.objects.open().count() == 0


def test_first_step_is_kept_with_the_acceptance_and_goes_with_its_undoing(ana: User, now: datetime) -> None:
    handoff = handoffs.accept(factories.handoff(now=now), by=ana, now=now + MINUTE)

    first_steps.choose(handoff, Handoff.FirstStep.EMAIL, by=ana, now=now + MINUTE)
    chosen = first_steps.choose(handoff, Handoff.FirstStep.CALL, by=ana, now=now + MINUTE)
    undone = handoffs.undo(handoff, by=ana, now=now + MINUTE + timedelta(seconds=5))

    assert chosen.pk == undone.pk
    undone.refresh_from_db()
    assert (undone.status, undone.first_step) == ("OPEN", "")


def test_first_step_is_chosen_by_nobody_but_who_accepted(ana: User, mia: User, now: datetime) -> None:
    handoff = factories.handoff(now=now)

    with pytest.raises(NotYours):
        first_steps.choose(handoff, Handoff.FirstStep.CALL, by=ana, now=now)
    handoffs.accept(handoff, by=ana, now=now + MINUTE)
    with pytest.raises(NotYours):
        first_steps.choose(handoff, Handoff.FirstStep.CALL, by=mia, now=now + MINUTE)
