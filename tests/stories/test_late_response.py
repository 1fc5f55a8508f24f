"""Nobody acts in time, read aloud."""

from datetime import datetime, timedelta

from django.core import mail

from leads.models import Notification, OutboxMessage, TimelineEvent, User
from revops import relay
from routing import service_levels
from routing.models import Breach, Clock, ClockKind
from tests import factories


def test_a_broken_promise_is_marked_once_and_told_to_the_manager_once(
    ana: User, mia: User, now: datetime
) -> None:
    handoff = factories.handoff(now=now, answers={"critical_event": "confirmed"})
    relay.deliver_due(now=now)
    mail.outbox.clear()
    assert service_levels.sweep(now=now + timedelta(minutes=4)).breached == 0

    later = now + timedelta(minutes=6)
    assert service_levels.sweep(now=later).breached == 1
    assert service_levels.sweep(now=later).breached == 0
    assert service_levels.sweep(now=later + timedelta(minutes=1)).breached == 0

    clock = Clock.objects.get(handoff=handoff, kind=ClockKind.FIRST_RESPONSE)
    breach = Breach.objects.get()
    assert (breach.clock, breach.holder) == (clock, ana)
    assert breach.due_at == now + timedelta(minutes=5)
    assert breach.noticed_at == later
    assert clock.breached_at == clock.due_at
    assert clock.stopped_at is None
    told = TimelineEvent.objects.get(lead=handoff.lead, kind=TimelineEvent.Kind.CLOCK)
    assert told.text == "First response promised within 5 min was missed, with Ana"
    assert told.at == clock.due_at

    assert relay.deliver_due(now=later) == 2
    assert relay.deliver_due(now=later) == 0
    notification = Notification.objects.get(user=mia)
    assert notification.title == "Eva Klein: first response is overdue"
    assert notification.path == handoff.lead.get_absolute_url()
    [message] = mail.outbox
    assert message.to == [mia.email]
    assert message.subject == notification.title
    assert "The lead is with Ana." in message.body


def test_a_promise_broken_long_ago_is_written_down_and_pages_nobody(
    ana: User, mia: User, now: datetime
) -> None:
    factories.handoff(now=now)
    OutboxMessage.objects.all().delete()

    after_the_holidays = now + timedelta(days=30)
    swept = service_levels.sweep(now=after_the_holidays)

    assert swept.breached == 2
    assert Breach.objects.count() == 2
    assert not OutboxMessage.objects.exists()
