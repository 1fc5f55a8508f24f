"""Two at once on one task, and sweeps that run at the same moment: everything is done once."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from leads.models import StageVisit, User
from routing import cadence_sweep, follow_ups, handoffs
from routing.cadence_sweep import Swept
from routing.cadences import AlreadyDone
from routing.models import Attempt, Enrolment, FollowUp, Handoff
from tests import factories
from tests.races import at_once


def accepted(name: str, *, by: User, now: datetime) -> Handoff:
    handoff = factories.waiting(name, now=now, answers={"critical_event": "confirmed"})
    Handoff.objects.filter(pk=handoff.pk).update(assignee=by)
    handoff.refresh_from_db()
    return handoffs.accept(handoff, by=by, now=now)


def test_of_six_who_do_one_task_at_once_exactly_one_does_it(
    transactional_db: None, ana: User, now: datetime
) -> None:
    lead = accepted("eva", by=ana, now=now).lead
    task = FollowUp.objects.filter(lead=lead, channel="CALL").order_by("due_at")[0]

    done = at_once(*[partial(follow_ups.complete, task, "NO_ANSWER", by=ana, now=now)] * 6)

    assert Attempt.objects.count() == 1
    assert sum(isinstance(one, Attempt) for one in done) == 1
    assert sum(isinstance(one, AlreadyDone) for one in done) == 5


def test_four_sweeps_at_once_end_each_cadence_once(transactional_db: None, ana: User, now: datetime) -> None:
    for name in ("eva", "omar", "lea"):
        accepted(name, by=ana, now=now)
    FollowUp.objects.update(state=FollowUp.State.SKIPPED, done_at=now)

    swept = at_once(*[partial(cadence_sweep.sweep, now=now + timedelta(days=20))] * 4)

    cadence_sweep.sweep(now=now + timedelta(days=20))
    assert all(isinstance(one, Swept) for one in swept), swept
    assert Enrolment.objects.filter(state=Enrolment.State.FINISHED).count() == 3
    assert StageVisit.objects.filter(stage="RECYCLED").count() == 3
