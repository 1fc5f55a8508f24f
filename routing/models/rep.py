"""Reps: who can receive leads, where, how many, by which turns, and when they are away."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from leads.models import Team, User
from routing.models.territory import Pool, Territory


class BusinessCalendar(models.Model):
    """When a team works: zone, weekly hours, holidays (SL-1). The one without a team is the company's."""

    name = models.CharField(max_length=100, unique=True)
    team = models.OneToOneField(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    zone = models.CharField(max_length=64)
    hours = models.JSONField()
    holiday_country = models.CharField(max_length=2, blank=True)
    extra_days = ArrayField(models.DateField(), default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=Q(team__isnull=True), name="calendar_one_for_the_company"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Rep(models.Model):
    """Somebody who receives hand-offs, with caps and weight (RT-1)."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="rep")
    territories = models.ManyToManyField(Territory, blank=True, related_name="reps")
    segments = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    products = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    is_senior = models.BooleanField(default=False)
    weight = models.PositiveSmallIntegerField(default=1)
    daily_cap = models.PositiveSmallIntegerField(null=True, blank=True)
    weekly_cap = models.PositiveSmallIntegerField(null=True, blank=True)
    open_cap = models.PositiveSmallIntegerField(null=True, blank=True)
    backup = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    time_zone = models.CharField(max_length=64, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(weight__gte=1), name="rep_weight_at_least_1"),
            models.CheckConstraint(condition=~Q(backup=models.F("id")), name="rep_is_not_their_own_backup"),
            models.CheckConstraint(
                condition=(Q(daily_cap__isnull=True) | Q(daily_cap__gte=1))
                & (Q(weekly_cap__isnull=True) | Q(weekly_cap__gte=1))
                & (Q(open_cap__isnull=True) | Q(open_cap__gte=1)),
                name="rep_caps_at_least_1",
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def has_caps(self) -> bool:
        """True when any cap limits what the rep receives."""
        return not (self.daily_cap is self.weekly_cap is self.open_cap is None)


class Absence(models.Model):
    """A span in which a rep is away and receives nothing; `covered_at` says when their due leads were passed on."""

    rep = models.ForeignKey(Rep, on_delete=models.CASCADE, related_name="absences")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    covered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("starts_at")), name="absence_ends_after_start"
            )
        ]
        indexes = [
            models.Index(fields=["rep", "ends_at"], name="absence_by_rep"),
            # the minute sweep reads only absences whose leads nobody has passed on yet
            models.Index(
                fields=["starts_at"], condition=Q(covered_at__isnull=True), name="absence_not_covered"
            ),
        ]


class PoolMember(models.Model):
    """A rep's place in a pool's rotation: what is owed, what was received, when last."""

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="members")
    rep = models.ForeignKey(Rep, on_delete=models.CASCADE, related_name="memberships")
    deficit = models.FloatField(default=0)
    received = models.PositiveIntegerField(default=0)
    last_received_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pool", "rep"], name="pool_member_once")]
