"""Who may be there twice: what people are looked up by, and the pairs that were proposed and what was decided."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from leads.models.lead import Lead
from leads.models.merge import Merge
from leads.models.organisation import User


class IdentityKey(models.Model):
    """One of the keys by which a lead's likes are found: the digest of a name at a company, a number, a mailbox.

    Two that share none of their keys are never compared (written by `leads.duplicate_sweep` alone). The database does
    not look each key's lead up: the sweep holds the lead locked while it writes, and who is found by a key is read
    from the leads, so that a key of nobody would find nobody. There is one index from keys to leads; who asks for the
    keys of a lead, which is rare, reads the blocks of the table where leads of about that age are.
    """

    pk = models.CompositePrimaryKey("key", "lead")
    lead = models.ForeignKey(
        Lead, on_delete=models.CASCADE, related_name="identity_keys", db_index=False, db_constraint=False
    )
    key = models.BigIntegerField()

    objects: ClassVar[models.Manager[IdentityKey]] = models.Manager()

    class Meta:
        indexes = [BrinIndex(fields=["lead"], name="identity_key_of_lead")]


class IdentityLook(models.Model):
    """With which facts a lead was last compared: another print of them means that it is due again."""

    lead = models.OneToOneField(
        Lead, on_delete=models.CASCADE, primary_key=True, related_name="look", db_constraint=False
    )
    facts_print = models.BigIntegerField()
    looked_at = models.DateTimeField()

    objects: ClassVar[models.Manager[IdentityLook]] = models.Manager()


class DuplicateProposalQuerySet(models.QuerySet["DuplicateProposal"]):
    """Selects pairs by what is still to be decided, and by who may know of both."""

    def open(self) -> DuplicateProposalQuerySet:
        """What nobody has decided, of two who both answer for themselves and are known."""
        both = self.filter(one__merged_into=None, other__merged_into=None)
        return both.filter(decision="", one__erased_at=None, other__erased_at=None)

    def visible_to(self, user: User) -> DuplicateProposalQuerySet:
        """Pairs of which `user` may know both."""
        if user.sees_every_lead:
            return self
        seen = Lead.objects.visible_to(user).values("pk")
        return self.filter(one__in=seen, other__in=seen)

    def of(self, lead: Lead) -> DuplicateProposalQuerySet:
        """Those in which the lead is one of the two."""
        return self.filter(Q(one=lead) | Q(other=lead))


class DuplicateProposal(models.Model):
    """Two leads that are likely one person; what was decided stays, so that nobody is asked twice (IN-8)."""

    class Decision(models.TextChoices):
        """What somebody said of the two."""

        MERGED = "MERGED", "one person"
        APART = "APART", "two people"

    one = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="+")
    probability = models.FloatField()
    evidence = models.JSONField(default=list)
    proposed_at = models.DateTimeField()
    decision = models.CharField(max_length=6, choices=Decision, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    merge = models.ForeignKey(Merge, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[DuplicateProposalQuerySet] = DuplicateProposalQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="duplicate_pair_once"),
            models.CheckConstraint(condition=Q(one__lt=models.F("other")), name="duplicate_pair_in_order"),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None) | ~Q(decision="") & Q(decided_at__isnull=False),
                name="duplicate_decided_at_some_time",
            ),
        ]
        indexes = [
            # the review page: what is open, the likeliest first
            models.Index(fields=["-probability", "id"], condition=Q(decision=""), name="duplicate_open"),
            # the review page: what was decided lately
            models.Index(fields=["-decided_at"], condition=~Q(decision=""), name="duplicate_decided"),
        ]
