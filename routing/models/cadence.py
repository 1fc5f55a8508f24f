"""Cadences in versions, their steps and texts, who is in one, and what is to be done on which day (QU-6)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from leads.domain.stages import Stage
from leads.models import Lead, User
from routing.domain.cadence import WRITTEN
from routing.models.work import Attempt


class MailTemplate(models.Model):
    """A text with slots; what merely follows up is refused before it is stored (`routing.mail_templates`)."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class WornPhrase(models.Model):
    """Words that no template may use, for they give nobody a reason to answer."""

    words = models.CharField(max_length=80, unique=True)

    def __str__(self) -> str:
        return self.words


class CadenceQuerySet(models.QuerySet["Cadence"]):
    """Selects cadences by what new leads begin with."""

    def current(self) -> CadenceQuerySet:
        """The version of each tier that a lead begins from now on."""
        return self.filter(is_current=True)


class Cadence(models.Model):
    """One version of a tier's cadence; it never changes, so that who is in it goes on with what they began."""

    class Ending(models.TextChoices):
        """What becomes of a lead that nobody reached."""

        RECYCLE = "RECYCLE", "Recycle"
        NURTURE = "NURTURE", "Back to nurture"

    tier = models.CharField(max_length=10)
    version = models.PositiveIntegerField()
    ends_on_day = models.PositiveSmallIntegerField()
    ending = models.CharField(max_length=8, choices=Ending)
    hold_days = models.PositiveSmallIntegerField()
    is_current = models.BooleanField(default=False)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[CadenceQuerySet] = CadenceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tier", "version"], name="cadence_version_once"),
            models.UniqueConstraint(
                fields=["tier"], condition=Q(is_current=True), name="cadence_one_current_a_tier"
            ),
            models.CheckConstraint(condition=Q(hold_days__gte=1), name="cadence_holds_a_day_or_more"),
        ]

    def __str__(self) -> str:
        return f"{self.tier} cadence, version {self.version}"


class CadenceStep(models.Model):
    """One thing to do on one working day of a cadence."""

    class Channel(models.TextChoices):
        """How the person is contacted."""

        CALL = "CALL", "Call"
        EMAIL = "EMAIL", "E-mail"
        LINKEDIN = "LINKEDIN", "LinkedIn"

    cadence = models.ForeignKey(Cadence, on_delete=models.PROTECT, related_name="steps")
    position = models.PositiveSmallIntegerField()
    day = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=8, choices=Channel)
    what = models.CharField(max_length=120, blank=True)
    template = models.ForeignKey(MailTemplate, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cadence", "position"], name="cadence_step_in_one_place"),
            models.UniqueConstraint(
                fields=["cadence", "day", "channel"], name="cadence_step_once_a_day_and_channel"
            ),
            models.CheckConstraint(
                condition=~Q(channel="EMAIL") | Q(template__isnull=False), name="cadence_mail_has_a_text"
            ),
        ]


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """Selects who is in a cadence."""

    def running(self) -> EnrolmentQuerySet:
        """Those that go on."""
        return self.filter(state=Enrolment.State.RUNNING)

    def overtaken(self) -> EnrolmentQuerySet:
        """Running ones whose lead has left the stage, or has opted out since they began, with mail still to come."""
        mail = FollowUp.objects.open().filter(enrolment=OuterRef("pk"), channel__in=WRITTEN)
        opted_out = Q(lead__suppressed_at__isnull=False) & (
            Q(lead__suppressed_at__gte=F("started_at")) | Exists(mail)
        )
        return self.running().filter(~Q(lead__stage=Stage.SAL) | opted_out)


class Enrolment(models.Model):
    """One lead's passage through a cadence."""

    class State(models.TextChoices):
        """Whether it goes on."""

        RUNNING = "RUNNING", "Running"
        FINISHED = "FINISHED", "Finished without an answer"
        STOPPED = "STOPPED", "Stopped"

    class Cause(models.TextChoices):
        """What stopped it."""

        ANSWERED = "ANSWERED", "they answered"
        CAME_BACK = "CAME_BACK", "they came back by themselves"
        MEETING = "MEETING", "a meeting is booked"
        OPTED_OUT = "OPTED_OUT", "they opted out"
        NOT_YET = "NOT_YET", "they said “not yet”"
        CLOSED = "CLOSED", "the lead has moved on"
        UNDONE = "UNDONE", "the acceptance was undone"
        BY_HAND = "BY_HAND", "stopped by hand"

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="enrolments", db_index=False)
    cadence = models.ForeignKey(Cadence, on_delete=models.PROTECT, related_name="enrolments")
    state = models.CharField(max_length=8, choices=State, default=State.RUNNING)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    cause = models.CharField(max_length=9, choices=Cause, blank=True)

    objects: ClassVar[EnrolmentQuerySet] = EnrolmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lead"], condition=Q(state="RUNNING"), name="enrolment_one_running_a_lead"
            ),
            models.CheckConstraint(
                condition=Q(state="RUNNING", ended_at__isnull=True, cause="")
                | Q(state="FINISHED", ended_at__isnull=False, cause="")
                | (Q(state="STOPPED", ended_at__isnull=False) & ~Q(cause="")),
                name="enrolment_ended_is_whole",
            ),
        ]
        indexes = [
            # the sweep reads what has run its course
            models.Index(fields=["ends_at"], condition=Q(state="RUNNING"), name="enrolment_running"),
            models.Index(fields=["lead", "-started_at"], name="enrolment_by_lead"),
        ]


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    """Selects what is to be done."""

    def open(self) -> FollowUpQuerySet:
        """What nobody has done, skipped or stopped."""
        return self.filter(state=FollowUp.State.OPEN)

    def doable(self) -> FollowUpQuerySet:
        """What may still be done: the lead is accepted and has not opted out since the task was made (P40).

        So a lead that moves on or opts out is contacted no more from that moment, before any sweep has passed.
        """
        opted_out = Q(lead__suppressed_at__gte=F("created_at"))
        not_written_to = Q(lead__suppressed_at__isnull=False, channel__in=WRITTEN)
        return self.open().filter(lead__stage=Stage.SAL).exclude(opted_out | not_written_to)

    def of(self, user: User) -> FollowUpQuerySet:
        """What is `user`'s to do: it goes with the lead, whoever owns that."""
        return self.filter(lead__owner=user)

    def due_by(self, at: datetime) -> FollowUpQuerySet:
        """What is due by that instant; a day that ends at midnight ends with it."""
        return self.filter(due_at__lte=at)


class FollowUp(models.Model):
    """One thing to do for a lead by some time: a step of its cadence, or the call that it asked for later.

    It has no owner of its own: it is whoever's the lead is, so that a lead that passes on takes its tasks with it.
    """

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "OPEN", "Open"
        DONE = "DONE", "Done"
        SKIPPED = "SKIPPED", "Skipped"
        STOPPED = "STOPPED", "Stopped"

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="follow_ups")
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, null=True, related_name="follow_ups", db_index=False
    )
    # no step and no template is ever deleted, so that the database need not look up eighteen with each acceptance
    step = models.ForeignKey(
        CadenceStep,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    channel = models.CharField(max_length=8, choices=CadenceStep.Channel)
    what = models.CharField(max_length=120, blank=True)
    template = models.ForeignKey(
        MailTemplate,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    written = models.JSONField(default=dict)
    due_on = models.DateField()
    due_at = models.DateTimeField()
    later_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=7, choices=State, default=State.OPEN)
    reason = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    attempt = models.OneToOneField(Attempt, on_delete=models.PROTECT, null=True, related_name="follow_up")

    objects: ClassVar[FollowUpQuerySet] = FollowUpQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "step"], name="follow_up_once_a_step"),
            models.UniqueConstraint(
                fields=["lead"],
                condition=Q(state="OPEN", enrolment__isnull=True),
                name="follow_up_one_not_yet",
            ),
            models.CheckConstraint(
                condition=Q(enrolment__isnull=True, step__isnull=True)
                | Q(enrolment__isnull=False, step__isnull=False),
                name="follow_up_is_a_step_or_a_later_call",
            ),
            models.CheckConstraint(
                condition=Q(state="OPEN", done_at__isnull=True)
                | (~Q(state="OPEN") & Q(done_at__isnull=False)),
                name="follow_up_ended_has_a_time",
            ),
        ]
        indexes = [
            # a rep's day reads the open tasks of their leads
            models.Index(fields=["lead", "due_at"], condition=Q(state="OPEN"), name="follow_up_open"),
            # how many somebody did today
            models.Index(fields=["done_by", "done_at"], condition=Q(state="DONE"), name="follow_up_done_by"),
        ]
