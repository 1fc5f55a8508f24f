"""Who shares leads, and which part of the world is whose: pools, and territories in the order in which they decide."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from leads.domain import post_codes
from leads.models import Team
from routing.domain.territories import Area


class Pool(models.Model):
    """Reps who share leads by weighted round robin; locked while a turn is taken (RT-5)."""

    name = models.CharField(max_length=100, unique=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_fallback = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_fallback"], condition=Q(is_fallback=True), name="pool_one_fallback"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Territory(models.Model):
    """A part of the world that one team serves (RT-2): the first by `position` that holds a lead's place has it.

    Of each kind that is named, one must be the lead's: a country and, if named, a region, a post code, a time zone.
    The pool is whom its rule was made for; who receives is the rules' to say.
    """

    name = models.CharField(max_length=100, unique=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    position = models.PositiveSmallIntegerField(default=0, db_default=0)
    countries = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    regions = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    post_codes = ArrayField(models.CharField(max_length=41), default=list, blank=True)
    time_zones = ArrayField(models.CharField(max_length=64), default=list, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(countries=[], regions=[], post_codes=[], time_zones=[]),
                name="territory_is_somewhere",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def area(self) -> Area:
        """What it holds, as values."""
        return Area(
            self.name,
            countries=frozenset(self.countries),
            regions=tuple(self.regions),
            post_codes=tuple(post_codes.read(each) for each in self.post_codes),
            time_zones=frozenset(self.time_zones),
        )
