"""How the company speaks of its revenue cycle: names, meaning, owner and age of each stage, and what pipeline is."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class RevenueCycle(models.Model):
    """What operations changed of the stages' words and figures: exactly one row; what is not there stands in code.

    `stages` is stage → {label, demand_label, meaning, owner, longest_rest_days, benchmark}.
    """

    class LabelSet(models.TextChoices):
        """Which of a stage's two names pages use."""

        CLASSIC = "CLASSIC", "Classic: MQL, SAL, SQL"
        DEMAND = "DEMAND", "Demand: AQL, MAL, MQO"

    label_set = models.CharField(max_length=7, choices=LabelSet, default=LabelSet.CLASSIC)
    stages = models.JSONField(default=dict)
    pipeline_from = models.PositiveIntegerField(default=30_000)
    pipeline_months = models.PositiveSmallIntegerField(default=12)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="revenue_cycle_is_one_row"),
            models.CheckConstraint(condition=Q(pipeline_months__gte=1), name="revenue_cycle_has_a_horizon"),
        ]
