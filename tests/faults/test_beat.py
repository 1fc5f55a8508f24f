"""The whole beat through a real worker on a real broker, read aloud."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from leads.domain.stages import Stage
from leads.models import FailedSignal, Lead, Notification, OutboxMessage, TimelineEvent, User
from revops.celery import SCHEDULE
from routing import handoffs
from routing.handoffs import Rejection
from routing.models import Breach, Clock, RejectionReason
from scoring import rescoring, scorecards, scores
from scoring.models import DecayState, Scorecard
from tests import factories
from tests.processes import Processes, until

WEEK = timedelta(weeks=1)


@pytest.fixture
def six_weeks_behind(ana: User, mia: User) -> datetime:
    """Everything that the beat should have done in six weeks waits; gives the moment at which it began."""
    now = timezone.now()
    began = now - 6 * WEEK
    DecayState.objects.update(week=scores.current_week(began))
    factories.receive(factories.signal("webinar_attended", email="cooling@acme.example"), now=began)
    factories.receive(factories.signal("webinar_attended", email="cooling@acme.example"), now=began)
    timing = Rejection(RejectionReason.objects.get(code="wrong-timing"))
    resting = handoffs.reject(
        factories.handoff(now=began, email="resting@acme.example"), timing, by=ana, now=began
    )
    Lead.objects.filter(pk=resting.lead_id).update(held_until=now - timedelta(hours=1))
    factories.handoff(now=now - timedelta(days=4), email="late@acme.example")
    draft = scorecards.create_draft(Scorecard.objects.published(), by=None, now=now)
    scorecards.publish(draft, by=None, now=now)
    return began


def all_is_done() -> bool:
    """Whether nothing of what waited still waits."""
    return not (
        Clock.objects.due_by(timezone.now()).exists()
        or OutboxMessage.objects.filter(sent_at=None).exists()
        or Lead.objects.released_by(timezone.now()).exists()
        or FailedSignal.objects.exists()
        or rescoring.outdated()
        or DecayState.objects.filter(week__lt=scores.current_week(timezone.now())).exists()
    )


def test_every_job_of_the_schedule_does_its_work_once(
    processes: Processes, six_weeks_behind: datetime, mia: User, capsys: pytest.CaptureFixture[str]
) -> None:
    jobs = [task for task, _, _ in SCHEDULE.values()]
    processes.start_worker()

    def beat() -> bool:
        processes.tick(*jobs)
        return all_is_done()

    until(beat, what="the beat has caught up", every=1)

    fallen = TimelineEvent.objects.get(kind="SCORE", lead__email="cooling@acme.example")
    assert fallen.text.startswith("Engagement fell under")
    assert six_weeks_behind < fallen.at < timezone.now() - 2 * WEEK
    assert factories.lead_of("resting@acme.example").stage == Stage.LEAD
    late = Clock.objects.filter(lead=factories.lead_of("late@acme.example"), breached_at__isnull=False)
    assert Breach.objects.filter(clock__in=late).count() == late.count() == 2
    overdue = Notification.objects.filter(user=mia, title__endswith="is overdue")
    assert overdue.filter(path=factories.lead_of("late@acme.example").get_absolute_url()).count() == 2
    assert set(processes.sent_mails().values()) == {1}
    call_command("verify")
    assert capsys.readouterr().out == "violations=0\n"
