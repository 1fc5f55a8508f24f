"""Scorecards: the versions of the scoring model, of which exactly one is published."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from leads.models import SignalType, User

UNPUBLISHED = ["DRAFT", "DISCARDED"]


class ScorecardQuerySet(models.QuerySet["Scorecard"]):
    """Selects versions."""

    def published(self) -> Scorecard:
        """The version that scores today."""
        return self.get(status=Scorecard.Status.PUBLISHED)


class Scorecard(models.Model):
    """One version of the scoring model; once published, it never changes: triggers refuse it (SC-13)."""

    class Status(models.TextChoices):
        """A version's life."""

        DRAFT = "DRAFT", "Draft"
        PUBLISHED = "PUBLISHED", "Published"
        RETIRED = "RETIRED", "Retired"
        DISCARDED = "DISCARDED", "Discarded"

    version = models.PositiveIntegerField(unique=True)
    status = models.CharField(max_length=9, choices=Status, default=Status.DRAFT)
    note = models.CharField(max_length=200, blank=True)
    based_on = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    revision = models.PositiveIntegerField(default=0)
    decay_factor = models.FloatField(default=0.75)
    inactivity_weeks = models.PositiveSmallIntegerField(default=26)
    urgency_window_days = models.PositiveSmallIntegerField(default=90)
    gate_fit = models.PositiveSmallIntegerField(default=40)
    gate_engagement = models.PositiveSmallIntegerField(default=30)
    gate_signal_days = models.PositiveSmallIntegerField(default=30)
    gate_target_person = models.BooleanField(default=True)
    grade_a = models.PositiveSmallIntegerField(default=75)
    grade_b = models.PositiveSmallIntegerField(default=50)
    grade_c = models.PositiveSmallIntegerField(default=25)
    icp_fit = models.PositiveSmallIntegerField(default=60)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[ScorecardQuerySet] = ScorecardQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["status"], condition=Q(status="PUBLISHED"), name="scorecard_one_published"
            ),
            models.CheckConstraint(
                condition=Q(decay_factor__gt=0, decay_factor__lte=1), name="scorecard_decay_between_0_and_1"
            ),
            models.CheckConstraint(
                condition=Q(status__in=UNPUBLISHED) | Q(published_at__isnull=False),
                name="scorecard_has_date_once_published",
            ),
            models.CheckConstraint(
                condition=Q(status__in=UNPUBLISHED)
                | Q(grade_a__lte=100, grade_b__lte=models.F("grade_a"), grade_c__lte=models.F("grade_b")),
                name="scorecard_grades_fall",
            ),
            models.CheckConstraint(condition=Q(icp_fit__lte=100), name="scorecard_icp_at_most_100"),
        ]

    def __str__(self) -> str:
        return f"Version {self.version}"

    @property
    def is_draft(self) -> bool:
        """True while it may still be edited."""
        return self.status == self.Status.DRAFT


class Criterion(models.Model):
    """One line of fit, urgency or the account's score: a weight, and four levels given by conditions."""

    class Dimension(models.TextChoices):
        """Which score the criterion belongs to."""

        FIT = "FIT", "Fit"
        URGENCY = "URGENCY", "Urgency"
        ACCOUNT = "ACCOUNT", "Account"

    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="criteria")
    dimension = models.CharField(max_length=7, choices=Dimension)
    position = models.PositiveSmallIntegerField()
    code = models.SlugField(max_length=40)
    label = models.CharField(max_length=80)
    weight = models.PositiveSmallIntegerField()
    unknown_level = models.PositiveSmallIntegerField(default=0)
    levels = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scorecard", "dimension", "code"], name="criterion_named_once"),
            models.CheckConstraint(condition=Q(weight__lte=100), name="criterion_weight_at_most_100"),
            models.CheckConstraint(condition=Q(unknown_level__lte=3), name="criterion_level_at_most_3"),
        ]

    def __str__(self) -> str:
        return self.label


class Behaviour(models.Model):
    """What one type of signal is worth to engagement, urgency and the gate (SC-2, SC-8)."""

    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="behaviours")
    type = models.ForeignKey(SignalType, on_delete=models.PROTECT, related_name="+")
    points = models.FloatField()
    weekly_cap = models.FloatField(null=True)
    depth_multiplier = models.FloatField(default=1)
    depth = models.PositiveSmallIntegerField(default=0)
    request = models.PositiveSmallIntegerField(default=0)
    hand_raise = models.BooleanField(default=False)
    minimum_tier = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scorecard", "type"], name="behaviour_once_per_type"),
            models.CheckConstraint(condition=Q(weekly_cap__gte=0), name="behaviour_cap_not_negative"),
            models.CheckConstraint(
                condition=Q(depth__lte=3, request__lte=3), name="behaviour_levels_at_most_3"
            ),
        ]


class Tier(models.Model):
    """A row of the tier table, tried in order of position (SC-7)."""

    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="tiers")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=10)
    label = models.CharField(max_length=60)
    fit_at_least = models.PositiveSmallIntegerField()
    urgency_at_least = models.PositiveSmallIntegerField()
    action = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scorecard", "code"], name="tier_named_once"),
            models.UniqueConstraint(fields=["scorecard", "position"], name="tier_placed_once"),
        ]
