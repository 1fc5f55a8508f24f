"""The database and the domain say the same of every clock."""

from datetime import datetime, timedelta

import pytest

from leads.models import User
from reports.clock_states import condition
from reports.domain.compliance import Span, State, state_of
from routing.models import Clock
from tests.reports import history

WIDER = {
    State.MET: {State.MET, State.DECIDED, State.STOPPED},
    State.BREACHED: {State.BREACHED, State.DECIDED, State.STOPPED},
    State.OVERDUE: {State.OVERDUE, State.BREACHED, State.DECIDED},
    State.AT_RISK: {State.AT_RISK, State.RUNNING},
    State.RUNNING: {State.RUNNING},
}


@pytest.mark.parametrize("minute", [0, 3.9, 4, 4.1, 5, 5.1, 60, 96, 97, 120, 121])
def test_a_clock_is_in_the_same_states_by_condition_and_by_value(
    ana: User, now: datetime, minute: float
) -> None:
    history.asked(now)
    history.answered(now, after=timedelta(minutes=5))
    history.answered(now, after=timedelta(minutes=5, seconds=1))
    moment = now + history.minutes(minute)

    for clock in Clock.objects.all():
        span = Span(clock.started_at, clock.due_at, clock.stopped_at)
        found = {
            state
            for state in State
            if Clock.objects.filter(condition(state, now=moment), pk=clock.pk).exists()
        }
        assert found == WIDER[state_of(span, now=moment)]
