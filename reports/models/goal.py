"""What marketing and sales agreed on as numbers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Goal(models.Model):
    """A number that was agreed for a month; without a row none was."""

    class Code(models.TextChoices):
        """What is counted."""

        MQLS = "MQLS", "MQLs handed to sales a month"

    code = models.CharField(max_length=8, choices=Code, unique=True)
    value = models.PositiveIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(value__gte=1), name="goal_above_0")]
