"""Roll-ups: what was counted of each ISO week, and what runs, packed in columns; marks of what changed since."""

from __future__ import annotations

from uuid import uuid4

from django.db import models


class Touched(models.Model):
    """Something of `measure` at about `at` came, changed or went; written by triggers, so that no writer forgets it.

    Until the next filling its day is answered from the rows.
    """

    measure = models.CharField(max_length=16)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["measure", "at"], name="touched_by_time")]


class PackedWeek(models.Model):
    """The facts of one measure in the week from `monday`, in columns (reports.packing), written by `reports.rollups`.

    `recipe` says how they were counted; those of another recipe are not read. Each `filling` has its own number.
    """

    measure = models.CharField(max_length=16)
    monday = models.DateField()
    recipe = models.CharField(max_length=80, blank=True)
    filling = models.UUIDField(default=uuid4, unique=True)
    facts = models.PositiveIntegerField(default=0)
    legend = models.JSONField(default=dict)
    columns = models.BinaryField(default=b"")
    filled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["measure", "monday"], name="packed_week_once")]


class TouchedClocks(models.Model):
    """A running clock among the sixteen ids of `bucket` came, changed, stopped or went; written by triggers.

    Until the next filling these ids are read from the rows.
    """

    bucket = models.BigIntegerField()


class PackedClocks(models.Model):
    """What runs among the 16,384 ids of `chunk`, in columns (reports.clock_columns).

    Written by `reports.running_rollups`. A chunk without a row had nothing running when it was filled. Each `filling`
    has its own number.
    """

    chunk = models.BigIntegerField(unique=True)
    filling = models.UUIDField(default=uuid4, unique=True)
    clocks = models.PositiveIntegerField(default=0)
    legend = models.JSONField(default=dict)
    columns = models.BinaryField(default=b"")
    filled_at = models.DateTimeField(null=True)
