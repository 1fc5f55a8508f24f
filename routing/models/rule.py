"""Routing rules: an ordered list, kept in versions of which exactly one is published."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from leads.models import User
from routing.models.rep import Pool, Rep


class RuleSetQuerySet(models.QuerySet["RuleSet"]):
    """Selects versions."""

    def published(self) -> RuleSet:
        """The version that routes today."""
        return self.get(status=RuleSet.Status.PUBLISHED)


class RuleSet(models.Model):
    """One version of the ordered rules; a decision names the version that made it."""

    class Status(models.TextChoices):
        """A version's life."""

        DRAFT = "DRAFT", "Draft"
        PUBLISHED = "PUBLISHED", "Published"
        RETIRED = "RETIRED", "Retired"

    version = models.PositiveIntegerField(unique=True)
    status = models.CharField(max_length=9, choices=Status, default=Status.DRAFT)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[RuleSetQuerySet] = RuleSetQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["status"], condition=Q(status="PUBLISHED"), name="rule_set_one_published"
            )
        ]

    def __str__(self) -> str:
        return f"Rules version {self.version}"


class RoutingRule(models.Model):
    """When the conditions hold, the target receives the lead (RT-2)."""

    class Target(models.TextChoices):
        """Who receives a lead that matches."""

        POOL = "POOL", "Weighted round robin in a pool"
        REP = "REP", "One rep"
        ACCOUNT_OWNER = "ACCOUNT_OWNER", "The account's owner"
        OPPORTUNITY_OWNER = "OPPORTUNITY_OWNER", "The owner of the account's open opportunity"

    rule_set = models.ForeignKey(RuleSet, on_delete=models.CASCADE, related_name="rules")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100)
    when = models.JSONField(default=list)
    target = models.CharField(max_length=20, choices=Target)
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    rep = models.ForeignKey(Rep, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule_set", "position"], name="rule_placed_once"),
            models.CheckConstraint(
                condition=Q(target="POOL", pool__isnull=False, rep__isnull=True)
                | Q(target="REP", rep__isnull=False, pool__isnull=True)
                | Q(target__in=["ACCOUNT_OWNER", "OPPORTUNITY_OWNER"], pool__isnull=True, rep__isnull=True),
                name="rule_target_is_complete",
            ),
        ]

    def __str__(self) -> str:
        return self.name
