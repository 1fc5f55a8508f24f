"""Forms that Baton shows to the public, and what was sent with them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from leads.domain.form_parts import Part
from leads.models.lead import Lead
from leads.models.organisation import User
from leads.models.signal import SignalType
from leads.models.source import Source


class HostedForm(models.Model):
    """A public form; `leads.hosted_forms` alone writes it (IN-11)."""

    slug = models.SlugField(max_length=50, unique=True)
    name = models.CharField(max_length=100)
    intro = models.TextField(max_length=1000, blank=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    signal_type = models.ForeignKey(SignalType, on_delete=models.PROTECT, related_name="+")
    fields = models.JSONField(default=list)
    questions = models.JSONField(default=list)
    heard_options = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    consent_text = models.TextField(max_length=2000, blank=True)
    consent_version = models.PositiveIntegerField(default=1)
    consent_required = models.BooleanField(default=False)
    button = models.CharField(max_length=40)
    thanks = models.TextField(max_length=1000)
    sites = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    is_on = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(slug=""), name="hosted_form_has_an_address"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Where operations look at it."""
        return reverse("hosted-form", args=[self.slug])

    @property
    def asked_fields(self) -> list[Part]:
        """The fields in the order in which they are asked."""
        return [_part(each) for each in self.fields]

    @property
    def asked_questions(self) -> list[Part]:
        """The qualification questions in the order in which they are asked."""
        return [_part(each) for each in self.questions]


class FormSubmission(models.Model):
    """That a form was sent: the signal that it became, and whose it is."""

    form = models.ForeignKey(HostedForm, on_delete=models.PROTECT, related_name="submissions")
    signal_id = models.CharField(max_length=200)
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    consent_version = models.PositiveIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "signal_id"], name="form_submission_counted_once"),
        ]
        indexes = [
            # a form's submissions, the latest first
            models.Index(fields=["form", "-id"], name="form_submission_by_form"),
        ]


def _part(row: dict[str, object]) -> Part:
    choices = row.get("choices")
    return Part(
        name=str(row["name"]),
        required=bool(row.get("required")),
        text=str(row.get("text", "")),
        choices=tuple(map(str, choices)) if isinstance(choices, list) else (),
    )
