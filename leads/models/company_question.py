"""Company names that fit several accounts: who waits for an answer, and what operations answered (IN-7)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from leads.models.account import Account
from leads.models.lead import Lead
from leads.models.organisation import User


class CompanyQuestionQuerySet(models.QuerySet["CompanyQuestion"]):
    """Selects questions by whether they are answered."""

    def open(self) -> CompanyQuestionQuerySet:
        """What nobody has answered yet."""
        return self.filter(answered_at=None)


class CompanyQuestion(models.Model):
    """Which account a company's name means where it fits several; the answer holds for whoever names it later.

    `told` is what the first who named it said of the company, for the account that may be made of it.
    """

    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200)
    country = models.CharField(max_length=2, blank=True)
    told = models.JSONField(default=dict)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[CompanyQuestionQuerySet] = CompanyQuestionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name_key", "country"], name="company_asked_once"),
            models.CheckConstraint(
                condition=Q(account=None, answered_at=None)
                | Q(account__isnull=False, answered_at__isnull=False),
                name="company_answer_names_an_account",
            ),
        ]
        indexes = [
            # the page of what is open, the oldest first
            models.Index(fields=["asked_at"], condition=Q(answered_at=None), name="company_question_open"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.country})" if self.country else self.name


class CompanyWait(models.Model):
    """A lead that named the company of a question, and waits without one until it is answered."""

    question = models.ForeignKey(CompanyQuestion, on_delete=models.CASCADE, related_name="waits")
    lead = models.OneToOneField(Lead, on_delete=models.CASCADE, related_name="company_wait")
    since = models.DateTimeField()

    objects: ClassVar[models.Manager[CompanyWait]] = models.Manager()
