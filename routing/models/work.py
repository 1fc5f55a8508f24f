"""What happens to a hand-off while it is worked: tries to reach the person, and moves from one rep to another."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import Q

from leads.models import Lead, User
from routing.models.handoff import Handoff
from routing.models.rule import RuleSet
from routing.models.territory import Pool


class Attempt(models.Model):
    """One try to reach the person; the first that counts stops the first-response clock (QU-5, SL-13)."""

    class Channel(models.TextChoices):
        """How it was tried."""

        CALL = "CALL", "Call"
        EMAIL = "EMAIL", "E-mail"
        LINKEDIN = "LINKEDIN", "LinkedIn"
        MEETING = "MEETING", "Meeting"

    class Outcome(models.TextChoices):
        """What came of it."""

        REACHED = "REACHED", "Reached"
        NO_ANSWER = "NO_ANSWER", "No answer"
        LEFT_MESSAGE = "LEFT_MESSAGE", "Left a message"
        SENT = "SENT", "Sent"
        BOOKED = "BOOKED", "Meeting booked"
        REPLIED = "REPLIED", "They replied"

    class SentBy(models.TextChoices):
        """Who or what wrote; only a person's own counts as a response."""

        PERSON = "PERSON", "A person"
        AUTOMATIC = "AUTOMATIC", "Sent automatically"
        BULK = "BULK", "Sent to many"
        AUTO_REPLY = "AUTO_REPLY", "Auto-reply"

    handoff = models.ForeignKey(Handoff, on_delete=models.PROTECT, related_name="attempts")
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="attempts", db_index=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel)
    outcome = models.CharField(max_length=12, choices=Outcome)
    sent_by = models.CharField(max_length=10, choices=SentBy, default=SentBy.PERSON)
    lasted = models.DurationField(null=True)
    note = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(lasted__isnull=True) | Q(lasted__gte=timedelta(0)),
                name="attempt_lasts_no_less_than_0",
            )
        ]
        indexes = [models.Index(fields=["lead", "-at"], name="attempt_by_lead")]


class Reassignment(models.Model):
    """A lead in sales' hands passed from one rep to another, and why; made once for each move (RT-9).

    It keeps its own decision, by the rules of its day, as the hand-off keeps the first one; and how the hand-off stood
    `before` it, so that it can be taken back.
    """

    class Cause(models.TextChoices):
        """What moved it."""

        MISSED = "MISSED", "nobody answered in time"
        BY_HAND = "BY_HAND", "moved by hand"
        AWAY = "AWAY", "the rep is out"
        LEFT = "LEFT", "the rep has left"
        TAKEN = "TAKEN", "taken from the unassigned queue"

    handoff = models.ForeignKey(Handoff, on_delete=models.PROTECT, related_name="reassignments")
    from_user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    to_user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    cause = models.CharField(max_length=7, choices=Cause)
    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, null=True, related_name="+")
    rule_name = models.CharField(max_length=100, blank=True, db_default="")
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, null=True, related_name="+")
    because = models.CharField(max_length=200)
    explanation = models.JSONField(default=dict)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    job = models.CharField(max_length=60, blank=True)
    before = models.JSONField(null=True)
    taken_back_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        nobody = "the unassigned queue"
        return f"Passed from {self.from_user or nobody} to {self.to_user or nobody}: {self.because}"
