"""Cadences in the demo: introduced a week ago, worked day by day since, with something left over and something due."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from random import Random

from leads import outbox
from leads.domain.stages import Stage
from leads.models import Lead, Role, User
from routing import cadence_sweep, cadences, follow_ups, mail_templates, nurture
from routing.domain import mail_text
from routing.models import Cadence, FollowUp

DAY = timedelta(days=1)
SINCE = 8 * DAY
MORE_FOR_EACH = 7
LEFT_OVER = 0.12
TOUCHED = 4 * DAY
NO_ANSWER = (follow_ups.Outcome.NO_ANSWER, follow_ups.Outcome.LEFT_MESSAGE)
WORDS = (
    "Your pipeline report could show which request waits longest, with no work of yours.",
    "Teams of your size lose about a day between the form and the first call; I can show where.",
    "You have three people on leads and one form: a rotation by clock would take ten minutes to set up.",
)
OWN = {"two_times": "Tuesday at ten or Wednesday at three", "similar_customer": "A company of your size"}


def introduce(*, now: datetime) -> None:
    """Who was accepted before has no cadence."""
    Cadence.objects.update(published_at=now - SINCE)


def live_through(signed_in: Collection[str], random: Random, *, now: datetime) -> None:
    """Put some more leads of those who sign in into a cadence, and do what was due before today."""
    with outbox.history():
        for email in signed_in:
            _start_more(email, now=now)
        done_by = now - timedelta(hours=now.hour, minutes=now.minute)
        due = FollowUp.objects.doable().filter(lead__owner__is_active=True, due_at__lt=done_by)
        for task in list(due.select_related("lead__owner", "template").order_by("due_at", "pk")):
            if random.random() >= LEFT_OVER or task.due_at < now - 2 * DAY:
                _do(task, random)
        cadence_sweep.sweep(now=now)
        _nurture(now=now)


def _nurture(*, now: datetime) -> None:
    """Marketing touched two of the tracks some days ago; the others are due."""
    marketer = User.objects.filter(role=Role.MARKETER).order_by("pk")[0]
    then = now - TOUCHED
    nurture.place_all(now=then)
    nurture.touched(
        nurture.placements().filter(track__code__in=("event", "high-intent")), by=marketer, now=then
    )
    nurture.place_all(now=now)


def _start_more(email: str, *, now: datetime) -> None:
    """Each a day or more apart, so that every day brings other steps."""
    theirs = Lead.objects.filter(owner__email=email, stage=Stage.SAL, enrolments=None, suppressed_at=None)
    for number, lead in enumerate(theirs.select_related("owner").order_by("-pk")[:MORE_FOR_EACH]):
        cadence = Cadence.objects.current().order_by("tier")[number % 2]
        at = now - (number % 5) * DAY - timedelta(minutes=20 + 35 * number)
        if lead.owner is not None:
            cadences.start(lead, by=lead.owner, now=at, cadence=cadence)


def _do(task: FollowUp, random: Random) -> None:
    """What the rep did about it on its day: nobody answered."""
    owner = task.lead.owner
    if owner is None:
        return
    at = task.due_at - timedelta(minutes=random.randint(5, 240))
    if task.template is not None:
        facts = mail_templates.facts(task.lead, by=owner)
        slots = mail_text.to_write(mail_templates.text_of(task.template), facts=facts)
        follow_ups.write(task, {slot: OWN.get(slot) or random.choice(WORDS) for slot in slots}, by=owner)
    is_call = task.channel == follow_ups.Channel.CALL
    outcome = random.choice(NO_ANSWER) if is_call else follow_ups.Outcome.SENT
    follow_ups.complete(task, outcome, by=owner, now=max(at, task.created_at))
