"""Companies: what is known of them and who works with them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from leads.models.organisation import User


class Account(models.Model):
    """A company, found by the registrable domain of its people's e-mail, then by name and country."""

    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200, blank=True)
    domain = models.CharField(max_length=253, blank=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="subsidiaries"
    )
    industry = models.CharField(max_length=100, blank=True)
    employees = models.PositiveIntegerField(null=True, blank=True)
    country = models.CharField(max_length=2, blank=True)
    region = models.CharField(max_length=100, blank=True, default="", db_default="")
    postal_code = models.CharField(max_length=20, blank=True, default="", db_default="")
    technologies = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    growth_stage = models.CharField(max_length=60, blank=True)
    annual_revenue = models.BigIntegerField(null=True, blank=True)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    csm = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_named = models.BooleanField(default=False)
    is_customer = models.BooleanField(default=False)
    in_dispute = models.BooleanField(default=False, db_default=False)
    budget = models.CharField(max_length=40, blank=True, default="", db_default="")
    needs_score = models.BooleanField(default=True, db_default=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["domain"], condition=~Q(domain=""), name="account_domain_unique"),
            models.CheckConstraint(condition=~Q(parent=models.F("id")), name="account_is_not_its_own_parent"),
        ]
        indexes = [
            # matching an account without a domain by its name and country (IN-7)
            models.Index(fields=["name_key", "country"], name="account_by_name"),
            # the sweep that scores accounts reads only those whose facts or deals changed (SC-10)
            models.Index(fields=["id"], condition=Q(needs_score=True), name="account_needs_score"),
        ]

    def __str__(self) -> str:
        return self.name


class Campaign(models.Model):
    """Something marketing ran, with the channel it ran on and when."""

    name = models.CharField(max_length=120, unique=True)
    channel = models.CharField(max_length=40)
    utm_campaign = models.CharField(max_length=120, unique=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="campaign_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Opportunity(models.Model):
    """A deal that a rep works: open, won or lost."""

    class Status(models.TextChoices):
        """Where a deal ended, or that it has not."""

        OPEN = "OPEN", "Open"
        WON = "WON", "Won"
        LOST = "LOST", "Lost"

    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="opportunities")
    lead = models.ForeignKey("leads.Lead", on_delete=models.PROTECT, related_name="opportunities")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    close_on = models.DateField(null=True)
    status = models.CharField(max_length=4, choices=Status, default=Status.OPEN)
    loss_reason = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="OPEN", closed_at__isnull=True) | Q(closed_at__isnull=False),
                name="opportunity_closed_when_decided",
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="opportunity_amount_not_negative"),
            models.CheckConstraint(
                condition=~Q(status="LOST") | ~Q(loss_reason=""), name="opportunity_lost_has_reason"
            ),
        ]
        indexes = [
            # routing asks for an account's open deal (RT-2)
            models.Index(fields=["account"], condition=Q(status="OPEN"), name="opportunity_open_by_account"),
        ]

    objects: ClassVar[models.Manager[Opportunity]] = models.Manager()
