"""Scores: one narrow row a lead and an account, written at every signal, and what changed of fit over time."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from leads.models import Account, Lead
from scoring.models.scorecard import Scorecard

LEAD_OF_SCORE = '"scoring_score"."lead_id"'
"""The column by which a condition of its own names whose score a row is."""


class ScoreQuerySet(models.QuerySet["Score"]):
    """Selects scores by whose they are."""

    def known(self) -> ScoreQuerySet:
        """But for those who were erased: they keep their scores of that day, for the facts that gave them are gone."""
        return self.exclude(lead__in=Lead.objects.filter(erased_at__isnull=False))


class Score(models.Model):
    """What a lead is worth today; engagement is stored by forward decay (SC-3).

    `engagement_sum` is Σ points × factor^−(week − epoch); `accounted_week` is the week up to which the lead's
    crossings of the gate's threshold have been told, so that a late decay job tells each once.
    """

    lead = models.OneToOneField(Lead, on_delete=models.PROTECT, primary_key=True, related_name="score")
    # a version that was published is never deleted (SC-13), and each of a million leads moves to the next one
    scorecard = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    fit = models.FloatField()
    fit_low = models.FloatField()
    fit_high = models.FloatField()
    urgency = models.FloatField()
    engagement_sum = models.FloatField()
    last_week = models.IntegerField(null=True)
    accounted_week = models.IntegerField()
    last_signal_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()

    objects: ClassVar[ScoreQuerySet] = ScoreQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(fit__gte=0, fit__lte=100), name="score_fit_0_to_100"),
            models.CheckConstraint(
                condition=Q(urgency__gte=0, urgency__lte=100), name="score_urgency_0_to_100"
            ),
        ]
        indexes = [
            # "who fell under the threshold this week" is one range of this index
            models.Index(fields=["engagement_sum"], name="score_by_engagement"),
            # who falls silent for too long this week (SC-5), and whose urgency changes with time
            models.Index(fields=["last_week"], name="score_by_last_week"),
        ]


class FitChange(models.Model):
    """Fit moved, at a moment, from one value to another, and why: append-only, the ledger of fit (SC-22).

    A lead's first fit has no row: it is what the first change moved from, or the fit of today where none did.
    """

    class Cause(models.TextChoices):
        """What moves fit."""

        FACTS = "FACTS", "Facts"
        RESCORE = "RESCORE", "Re-score"

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    cause = models.CharField(max_length=7, choices=Cause)
    scorecard = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="+", db_index=False)
    before = models.FloatField()
    after = models.FloatField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(before=models.F("after")), name="fit_change_changes"),
            models.CheckConstraint(
                condition=Q(before__gte=0, before__lte=100, after__gte=0, after__lte=100),
                name="fit_change_0_to_100",
            ),
        ]
        indexes = [
            # the ledger of one lead, in its order
            models.Index(fields=["lead", "at"], name="fit_change_of_lead"),
        ]


class AccountScore(models.Model):
    """What a company is worth, beside its people: its score with the range of what is unknown, and ICP (SC-10)."""

    account = models.OneToOneField(Account, on_delete=models.PROTECT, primary_key=True, related_name="score")
    scorecard = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="+")
    value = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    company_fit = models.FloatField()
    is_icp = models.BooleanField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(value__gte=0, value__lte=100, company_fit__gte=0, company_fit__lte=100),
                name="account_score_0_to_100",
            ),
        ]


class DecayState(models.Model):
    """How far the weekly decay has been told, and the epoch of every stored sum: exactly one row."""

    epoch = models.IntegerField()
    week = models.IntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="decay_state_is_one_row")]
