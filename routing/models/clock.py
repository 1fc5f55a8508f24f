"""Clocks that run on promises: their steps, to come and done, their pauses, what moved them, and the breaches."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, OuterRef, Q, Subquery

from leads.models import Lead, Team, User
from routing.domain.ladder import Action
from routing.models.handoff import Handoff
from routing.models.service_level import ACTIONS, ClockKind, ServiceLevel

NEXT_DUE = Func(F("step_due"), template="%(expressions)s[1]", output_field=models.DateTimeField())
"""When the next step of a clock is due, as its index has it: a place that is given as a value would not be found."""


class ClockQuerySet(models.QuerySet["Clock"]):
    """Selects clocks."""

    def running(self) -> ClockQuerySet:
        """Those not yet stopped."""
        return self.filter(stopped_at__isnull=True)

    def that_stand(self) -> ClockQuerySet:
        """Those of hand-offs that were not taken back: what was, was neither kept nor missed."""
        return self.exclude(handoff__status=Handoff.Status.RECALLED)

    def with_pauses(self) -> ClockQuerySet:
        """Each with `paused_until`: when its last pause ends, or ended."""
        latest = ClockPause.objects.filter(clock=OuterRef("pk")).order_by("-ends_at").values("ends_at")
        return self.annotate(paused_until=Subquery(latest[:1]))

    def due_by(self, now: datetime) -> ClockQuerySet:
        """Running ones whose time is over at `now` and whose breach has not been marked."""
        return self.running().filter(breached_at__isnull=True, due_at__lt=now)

    def with_step_due(self, *, before: datetime) -> ClockQuerySet:
        """Running ones whose next step is due before then, the longest due first."""
        return self.running().alias(due=NEXT_DUE).filter(due__lt=before).order_by(NEXT_DUE, "id")

    def visible_to(self, user: User) -> ClockQuerySet:
        """Clocks that `user` may know of: a rep's own and team's, a manager's teams', all for the rest."""
        if user.sees_every_lead:
            return self
        return self.filter(Q(holder=user) | Q(team__in=Team.objects.ids_led_by(user)))


class Clock(models.Model):
    """One promise running for one hand-off; met when stopped by its due time.

    What is to happen while it runs, its warnings and its ladder, stands in its own row until it is due, as three lists
    in the order of time: what happens, how long after the clock began, and when. Then the sweep makes it a ClockStep.
    """

    handoff = models.ForeignKey(Handoff, on_delete=models.PROTECT, related_name="clocks")
    # the lead is the hand-off's, and no promise is ever deleted: the database looks up neither with each clock
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    kind = models.CharField(max_length=16, choices=ClockKind)
    service_level = models.ForeignKey(
        ServiceLevel, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    target = models.DurationField()
    holder = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    tier = models.CharField(max_length=10, blank=True)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    step_actions = ArrayField(models.CharField(max_length=14, choices=ACTIONS), null=True)
    step_after = ArrayField(models.DurationField(), null=True)
    step_due = ArrayField(models.DateTimeField(), null=True)

    objects: ClassVar[ClockQuerySet] = ClockQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["handoff", "kind"],
                condition=Q(stopped_at__isnull=True),
                include=["due_at"],  # the queue asks which is due first
                name="clock_runs_once_a_kind",
            ),
            models.CheckConstraint(condition=Q(due_at__gte=F("started_at")), name="clock_due_after_start"),
        ]
        indexes = [
            # the minute sweep reads only what is due and not yet marked
            models.Index(
                fields=["due_at"],
                condition=Q(stopped_at__isnull=True, breached_at__isnull=True),
                name="clock_due",
            ),
            # … and the clocks whose next step is due
            models.Index(
                F("step_due__0"),
                condition=Q(stopped_at__isnull=True),
                name="clock_step_to_come",
            ),
            # reports read the clocks of a kind that started in a period
            models.Index(fields=["kind", "started_at"], name="clock_by_kind"),
            # … and of those days that no roll-up answers, the few that stopped among the many that run
            models.Index(
                fields=["kind", "started_at"],
                condition=Q(stopped_at__isnull=False),
                name="clock_stopped_by_kind",
            ),
            # reports count what still runs, and list open breaches, the earliest due first
            models.Index(
                fields=["kind", "due_at"], condition=Q(stopped_at__isnull=True), name="clock_running"
            ),
        ]

    @property
    def to_come(self) -> list[tuple[str, timedelta, datetime]]:
        """Its steps to come: what happens, how long after it began, and when."""
        return list(zip(self.step_actions or (), self.step_after or (), self.step_due or (), strict=True))

    @property
    def next_step(self) -> tuple[Action, datetime] | None:
        """What its ladder does next, and when; warnings aside."""
        ladder = ((Action(action), at) for action, _, at in self.to_come if action != Action.WARN)
        return next(ladder, None)


class Breach(models.Model):
    """A promise not kept: a row made once, naming who held the lead (SL-14)."""

    clock = models.OneToOneField(Clock, on_delete=models.PROTECT, related_name="breach")
    holder = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField()
    noticed_at = models.DateTimeField()


class ClockStepQuerySet(models.QuerySet["ClockStep"]):
    """Selects steps."""

    def pending(self) -> ClockStepQuerySet:
        """Those to be tried, or to be tried again."""
        return self.filter(done_at__isnull=True)


class ClockStep(models.Model):
    """One step of a running clock that fell due: what happens at `due_at`, and what came of it (SL-4).

    `due_at` is the true time, whenever the sweep comes; `attempts` are counted before each try, so that one that kills
    its process counts too, and `retry_at` keeps a failing step from standing in the way of the others.
    """

    class Outcome(models.TextChoices):
        """What became of it."""

        DONE = "DONE", "Done"
        SKIPPED = "SKIPPED", "Skipped"
        CALLED_OFF = "CALLED_OFF", "Called off"
        FAILED = "FAILED", "Set aside"
        GIVEN_UP = "GIVEN_UP", "Given up"

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="steps")
    action = models.CharField(max_length=14, choices=ACTIONS)
    after = models.DurationField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    note = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)

    objects: ClassVar[ClockStepQuerySet] = ClockStepQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, outcome="") | (Q(done_at__isnull=False) & ~Q(outcome="")),
                name="clock_step_done_says_how",
            )
        ]
        indexes = [
            # the minute sweep reads only what is to be tried, in the order of due times
            models.Index(fields=["due_at", "id"], condition=Q(done_at__isnull=True), name="clock_step_due"),
            # operations list what was set aside
            models.Index(fields=["done_at"], condition=Q(outcome="FAILED"), name="clock_step_set_aside"),
            # the nightly clearing reads only what was called off
            models.Index(fields=["done_at"], condition=Q(outcome="CALLED_OFF"), name="clock_step_called_off"),
        ]


class ClockPause(models.Model):
    """A span in which a clock stood still, with its cause and who asked for it; ended early, its end moves (SL-6)."""

    class Cause(models.TextChoices):
        """The only two reasons why a clock may stand still."""

        AWAY = "AWAY", "The rep is out and nobody could take over"
        CALL_LATER = "CALL_LATER", "The lead asked to be called later"

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="pauses")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    cause = models.CharField(max_length=10, choices=Cause)
    note = models.CharField(max_length=200, blank=True, db_default="")
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    job = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gte=F("starts_at")), name="clock_pause_ends_after_start"
            )
        ]


class ClockChange(models.Model):
    """Another promise took over a running clock, as the lead's tier changed; the old one stays known (SL-15)."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="changes")
    at = models.DateTimeField()
    old_tier = models.CharField(max_length=10, blank=True)
    new_tier = models.CharField(max_length=10, blank=True)
    old_service_level = models.ForeignKey(ServiceLevel, on_delete=models.PROTECT, related_name="+")
    old_target = models.DurationField()
    old_due_at = models.DateTimeField()
    new_due_at = models.DateTimeField()
