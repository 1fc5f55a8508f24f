"""What the demo leaves beside its leads: a scorecard that ops has begun to change, and news for everybody to read."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from django.db.models import F

from leads import duplicate_sweep, webhooks
from leads.models import Notification, OutboxMessage, User
from leads.webhooks import Wanted
from revops import coming_back, relay
from revops.demo import customers
from revops.demo.organisation import DOMAIN
from revops.outbound import proposals as outbound
from revops.outbound import refresh
from revops.outbound.refresh import CannotRefresh
from routing import doubts, escalations
from routing.doubts import ScoresThen
from routing.models import Handoff
from scoring import decay, scorecards
from scoring.models import Scorecard

CHANGED_WEIGHTS = {"company_size": 20, "technology": 25}
WEBHOOK = (
    "Slack #sales-handoffs",
    "https://hooks.example.com/services/demo",
    "SLACK",
    ("handoff.assigned", "handoff.lapsed", "clock.breached"),
)
DOUBTS = (
    (
        "Their site says 40 people, not 400.",
        "The size came from an old list. It is corrected, and the score with it.",
    ),
    ("This is a student: the title says intern.", ""),
)
ASKED_BEFORE = timedelta(minutes=20)
READ_AFTER = timedelta(hours=6)


def settle(*, now: datetime) -> None:
    """End the history: breaches of the last minutes, the draft, mail that was read long ago, and the news."""
    escalations.sweep(now=now)
    coming_back.follow_merges(now=now)
    decay.advance(now=now)
    customers.look_after_all()
    _draft(now=now)
    _webhook(now=now)
    _outbound(now=now)
    _doubts(now=now)
    duplicate_sweep.look_at_newcomers(now=now)
    mail = OutboxMessage.objects.filter(channel=OutboxMessage.Channel.EMAIL, sent_at=None)
    mail.update(sent_at=F("created_at"))
    relay.deliver_due(now=now)
    Notification.objects.filter(created_at__lt=now - READ_AFTER).update(read_at=F("created_at"))


def _outbound(*, now: datetime) -> None:
    """Whose intent surges is proposed, and an executive gives up an account where another one is to be had."""
    outbound.propose_surges(now=now)
    executive = User.objects.get(email=f"ae@{DOMAIN}")
    with suppress(CannotRefresh):
        refresh.propose(list(refresh.named_of(executive)[:1]), by=executive, now=now)


def _doubts(*, now: datetime) -> None:
    """A rep doubts two of the leads that wait; operations has answered the first."""
    rep, ops = (User.objects.get(email=f"{name}@{DOMAIN}") for name in ("sdr", "ops"))
    waiting = Handoff.objects.open().filter(assignee=rep).select_related("lead").order_by("id")
    for handoff, (sentence, found) in zip(waiting, DOUBTS, strict=False):
        then = ScoresThen(
            handoff.fit, handoff.engagement, handoff.urgency, handoff.tier, handoff.scorecard_version
        )
        doubt = doubts.raise_doubt(handoff, sentence, then, by=rep, now=now - 2 * ASKED_BEFORE)
        if found:
            doubts.answer(doubt, found, by=ops, now=now - ASKED_BEFORE)


def _webhook(*, now: datetime) -> None:
    """An endpoint that is switched off, for the demo calls nobody."""
    ops, at = User.objects.get(email=f"ops@{DOMAIN}"), now - timedelta(days=2)
    made = webhooks.create(Wanted(*WEBHOOK), by=ops, now=at)
    webhooks.switch(made, is_on=False, by=ops, now=at)


def _draft(*, now: datetime) -> None:
    ops = User.objects.get(email=f"ops@{DOMAIN}")
    draft = scorecards.create_draft(Scorecard.objects.published(), by=ops, now=now - timedelta(days=1))
    changed = scorecards.load(draft).with_weights("fit", CHANGED_WEIGHTS)
    note = "Technology says more than size"
    scorecards.edit(draft, revision=draft.revision, to=changed, note=note, by=ops, now=now)
