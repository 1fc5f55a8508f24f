"""Routing rules: an ordered list, kept in versions of which exactly one is published."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from leads.models import User
from routing.models.rep import Rep
from routing.models.territory import Pool


class RuleSetQuerySet(models.QuerySet["RuleSet"]):
    """Selects versions."""

    def published(self) -> RuleSet:
        """The version that routes today."""
        return self.get(status=RuleSet.Status.PUBLISHED)

    def kept(self) -> RuleSetQuerySet:
        """What routes, what routed, and what is edited: not what was thrown away."""
        return self.exclude(status=RuleSet.Status.DISCARDED)

    def draft(self) -> RuleSet | None:
        """The version that is being edited, where there is one."""
        return self.filter(status=RuleSet.Status.DRAFT).select_related("based_on", "created_by").first()


class RuleSet(models.Model):
    """One version of the ordered rules; a decision names the version that made it.

    At most one is a draft; `revision` counts its edits, so that two editors notice each other. None is ever deleted: a
    draft that is thrown away leaves its number, and nobody asks all hand-offs whether one of them names it.
    """

    class Status(models.TextChoices):
        """A version's life."""

        DRAFT = "DRAFT", "Draft"
        PUBLISHED = "PUBLISHED", "Published"
        RETIRED = "RETIRED", "Retired"
        DISCARDED = "DISCARDED", "Discarded"

    version = models.PositiveIntegerField(unique=True)
    status = models.CharField(max_length=9, choices=Status, default=Status.DRAFT)
    based_on = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[RuleSetQuerySet] = RuleSetQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["status"], condition=Q(status="PUBLISHED"), name="rule_set_one_published"
            ),
            models.UniqueConstraint(
                fields=["status"], condition=Q(status="DRAFT"), name="rule_set_one_draft"
            ),
        ]

    def __str__(self) -> str:
        return f"Rules version {self.version}"

    @property
    def is_draft(self) -> bool:
        """True while it is edited and routes nothing."""
        return self.status == self.Status.DRAFT


class RoutingRule(models.Model):
    """When the conditions hold, the target receives the lead (RT-2)."""

    class Target(models.TextChoices):
        """Who receives a lead that matches."""

        POOL = "POOL", "Weighted round robin in a pool"
        LEAST_LOADED = "LEAST_LOADED", "Whoever of a pool has the most room"
        REP = "REP", "One rep"
        ACCOUNT_OWNER = "ACCOUNT_OWNER", "The account's owner"
        OPPORTUNITY_OWNER = "OPPORTUNITY_OWNER", "The owner of the account's open opportunity"
        ACCOUNT_WORK_OWNER = "ACCOUNT_WORK_OWNER", "Whoever works another lead of the account"
        NOTIFY_CSM = "NOTIFY_CSM", "Tell the account's CSM and go on"

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
                condition=Q(target__in=["POOL", "LEAST_LOADED"], pool__isnull=False, rep__isnull=True)
                | Q(target="REP", rep__isnull=False, pool__isnull=True)
                | Q(
                    target__in=["ACCOUNT_OWNER", "OPPORTUNITY_OWNER", "ACCOUNT_WORK_OWNER", "NOTIFY_CSM"],
                    pool__isnull=True,
                    rep__isnull=True,
                ),
                name="rule_leads_to_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.name
