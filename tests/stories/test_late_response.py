"""Nobody acts in time, read aloud."""

from datetime import datetime, timedelta

from django.core import mail

from leads.models import Notification, OutboxMessage, TimelineEvent, User
from revops import relay
from routing import escalations
from routing.models import Breach, Clock, ClockKind, ClockStep
from tests import factories


def test_a_broken_promise_is_marked_once_and_told_to_the_manager_once(
    ana: User, mia: User, now: datetime
) -> None:
    handoff = factories.handoff(now=now, answers={"critical_event": "confirmed"})
    relay.deliver_due(now=now)
    mail.outbox.clear()
    assert escalations.sweep(now=now + timedelta(minutes=4)).breached == 0

    later = now + timedelta(minutes=6)
    assert escalations.sweep(now=later).breached == 1
    assert escalations.sweep(now=later).breached == 0
    assert escalations.sweep(now=later + timedelta(minutes=1)).breached == 0

    clock = Clock.objects.get(handoff=handoff, kind=ClockKind.FIRST_RESPONSE)
    breach = Breach.objects.get()
    assert (breach.clock, breach.holder) == (clock, ana)
    assert breach.due_at == now + timedelta(minutes=5)
    assert breach.noticed_at == later
    assert clock.breached_at == clock.due_at
    assert clock.stopped_at is None
    told = TimelineEvent.objects.filter(lead=handoff.lead, kind=TimelineEvent.Kind.CLOCK).order_by("id")
    assert list(told.values_list("text", "at")) == [
        ("First response promised within 5 min was missed, with Ana", clock.due_at),
        ("First response is overdue: Mia told", clock.due_at),
    ]

    assert relay.deliver_due(now=later) == 3  # a warning for Ana in the app, the news for Mia by mail too
    assert relay.deliver_due(now=later) == 0
    notification = Notification.objects.get(user=mia)
    assert notification.title == "Eva Klein: first response is overdue"
    assert notification.path == handoff.lead.get_absolute_url()
    [message] = [one for one in mail.outbox if one.to == [mia.email]]
    assert message.to == [mia.email]
    assert message.subject == notification.title
    assert "The lead is with Ana." in message.body
    assert "The lead is yours." in Notification.objects.get(user=ana, title__contains="is gone").text


def test_a_promise_broken_long_ago_is_written_down_and_pages_nobody(
    ana: User, mia: User, now: datetime
) -> None:
    factories.handoff(now=now)
    OutboxMessage.objects.all().delete()

    after_the_holidays = now + timedelta(days=30)
    swept = escalations.sweep(now=after_the_holidays)

    assert swept.breached == 2
    assert Breach.objects.count() == 2
    told = set(OutboxMessage.objects.filter(recipient=mia).values_list("title", flat=True))
    assert told == {"T1: Eva Klein waits: nobody is free", "Eva Klein has gone back to nurture"}  # of today
    late = ClockStep.objects.filter(outcome=ClockStep.Outcome.SKIPPED)
    assert set(late.values_list("action", flat=True)) == {"WARN", "NOTIFY_MANAGER", "NOTIFY_OPS"}
