"""Nurture: tracks as ordered rules, which lead is in which and why, and the touches that are due (QU-16)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from leads.models import Lead, User


class NurtureTrack(models.Model):
    """A rule on what somebody did of late, and what marketing does next for whoever meets it."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField()
    signal_types = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    at_least = models.PositiveSmallIntegerField(default=1)
    window_days = models.PositiveSmallIntegerField()
    silent_days = models.PositiveSmallIntegerField(default=0)
    next_step = models.CharField(max_length=200)
    every_days = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(every_days__gte=7, every_days__lte=14), name="track_every_one_or_two_weeks"
            ),
            models.CheckConstraint(
                condition=Q(window_days__gte=1, window_days__lte=365), name="track_window_of_days"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PlacementQuerySet(models.QuerySet["NurturePlacement"]):
    """Selects who is in a track."""

    def due(self, on: object) -> PlacementQuerySet:
        """Those whose next touch is due on that day or before."""
        return self.filter(next_touch_on__lte=on)


class NurturePlacement(models.Model):
    """In which track a lead is, why, and when it is touched next; kept by `routing.nurture`."""

    lead = models.OneToOneField(Lead, on_delete=models.PROTECT, related_name="+")
    track = models.ForeignKey(NurtureTrack, on_delete=models.PROTECT, related_name="placements")
    because = models.CharField(max_length=120)
    placed_at = models.DateTimeField()
    next_touch_on = models.DateField()

    objects: ClassVar[PlacementQuerySet] = PlacementQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            # marketing's list: what is due, by track
            models.Index(fields=["next_touch_on", "id"], name="placement_by_next_touch"),
            models.Index(fields=["track", "next_touch_on"], name="placement_by_track"),
        ]


class NurtureTouch(models.Model):
    """That marketing touched a lead by its track; once a day at most, and never changed."""

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="+")
    track = models.ForeignKey(NurtureTrack, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lead", "on"], name="nurture_touch_once_a_day")]
