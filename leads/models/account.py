"""Companies: what is known of them and who works with them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, Expression, OuterRef, Q
from django.urls import reverse

from leads.models.organisation import Team, User
from leads.models.words import has_word, indexed

WRITTEN = ("name", "domain")
"""The columns in which words are looked for."""


class AccountQuerySet(models.QuerySet["Account"]):
    """Selects companies by who may know of them."""

    def visible_to(self, user: User) -> AccountQuerySet:
        """Accounts that `user` may know of: their own and their teams', and those of leads that they see."""
        from leads.models.lead import Lead

        if user.sees_every_lead:
            return self
        people = Lead.objects.visible_to(user).filter(account=OuterRef("pk"))
        theirs = Q(owner=user) | Q(csm=user) | Q(owner__team__in=Team.objects.led_by(user))
        return self.filter(theirs | Exists(people))

    def called(self, name_key: str | Expression, *, country: str | Expression) -> AccountQuerySet:
        """Accounts of that name: of the country where one is told, and those whose country nobody knows."""
        found = self.filter(name_key=name_key)
        return found.filter(country__in=[country, ""]) if country else found

    def matching(self, words: str) -> AccountQuerySet:
        """Accounts whose name or domain contains every word."""
        return self.filter(*(has_word(word, *WRITTEN) for word in dict.fromkeys(words.split())))


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
    # whose word each fact is: column → [kind of source, source, time]; see leads.fact_origins
    origins = models.JSONField(null=True)
    needs_score = models.BooleanField(default=True, db_default=True)
    created_at = models.DateTimeField()

    objects: ClassVar[AccountQuerySet] = AccountQuerySet.as_manager()  # type: ignore[assignment]

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
            indexed(*WRITTEN, name="account_by_words"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The account's page."""
        return reverse("account", args=[self.pk])


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
