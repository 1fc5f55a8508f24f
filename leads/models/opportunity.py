"""Deals: where each stands and stood, the stages that it goes through, and the reasons for which it can be lost."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from leads.models.account import Account
from leads.models.organisation import Team, User


class Listed(models.Model):
    """An entry of a list that operations keeps: ordered, retired when it is offered no more, never deleted."""

    code = models.SlugField(max_length=40, unique=True)
    label = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField()
    is_active = models.BooleanField(default=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label


class OpportunityStage(Listed):
    """A step of the sale; `probability` is how many of a hundred deals that stand here are won."""

    probability = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(probability__lte=100), name="opportunity_stage_probability_in_percent"
            )
        ]


class LossReason(Listed):
    """Why a deal was lost."""


class OpportunityQuerySet(models.QuerySet["Opportunity"]):
    """Selects deals by who may know of them, and by how they stand."""

    def visible_to(self, user: User) -> OpportunityQuerySet:
        """Deals that `user` may know of: their own and their teams', and those of leads that they see."""
        if user.sees_every_lead:
            return self
        teams = Team.objects.ids_led_by(user)
        theirs = Q(owner=user) | Q(owner__team__in=teams) | Q(account__csm=user)
        return self.filter(theirs | Q(lead__owner=user) | Q(lead__team__in=teams))

    def open(self) -> OpportunityQuerySet:
        """Deals that are neither won nor lost."""
        return self.filter(status=Opportunity.Status.OPEN)


class Opportunity(models.Model):
    """A deal that a rep works: open, won or lost; written by `leads.opportunities` alone."""

    class Status(models.TextChoices):
        """Where a deal ended, or that it has not."""

        OPEN = "OPEN", "Open"
        WON = "WON", "Won"
        LOST = "LOST", "Lost"

    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="opportunities")
    lead = models.ForeignKey("leads.Lead", on_delete=models.PROTECT, related_name="opportunities")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    stage = models.ForeignKey(OpportunityStage, on_delete=models.PROTECT, null=True, related_name="+")
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    close_on = models.DateField(null=True)
    status = models.CharField(max_length=4, choices=Status, default=Status.OPEN)
    lost_for = models.ForeignKey(LossReason, on_delete=models.PROTECT, null=True, related_name="+")
    loss_reason = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects: ClassVar[OpportunityQuerySet] = OpportunityQuerySet.as_manager()  # type: ignore[assignment]

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
            models.CheckConstraint(
                condition=~Q(status="OPEN") | Q(stage__isnull=False), name="opportunity_open_has_stage"
            ),
        ]
        indexes = [
            # routing asks for an account's open deal (RT-2)
            models.Index(fields=["account"], condition=Q(status="OPEN"), name="opportunity_open_by_account"),
            # the list and the board read open deals by the day on which they should close
            models.Index(
                fields=["close_on", "id"], condition=Q(status="OPEN"), name="opportunity_open_by_close"
            ),
        ]

    def get_absolute_url(self) -> str:
        """The deal's page."""
        return reverse("opportunity", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """True while it is neither won nor lost."""
        return self.status == self.Status.OPEN


class OpportunityState(models.Model):
    """How a deal stood from `at` on: one row for each change, so that any day's pipeline can be told."""

    opportunity = models.ForeignKey(Opportunity, on_delete=models.PROTECT, related_name="states")
    at = models.DateTimeField()
    status = models.CharField(max_length=4, choices=Opportunity.Status)
    stage = models.ForeignKey(OpportunityStage, on_delete=models.PROTECT, null=True, related_name="+")
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    close_on = models.DateField(null=True)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=500, blank=True)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    job = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(actor__isnull=False) | ~Q(job=""), name="opportunity_state_names_who_set_it"
            )
        ]
        indexes = [
            # the history of a deal, and how all of them stood on a day
            models.Index(fields=["opportunity", "at"], name="opportunity_state_by_deal"),
        ]
