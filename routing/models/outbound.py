"""Outbound calls: accounts that are proposed for them, why, and whether anybody wants such proposals (LC-9, RT-11)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from leads.models import Account, Team, User
from routing.models.handoff import Handoff


class OutboundSettings(models.Model):
    """Which proposals are made, and by which measure: exactly one row."""

    intent_is_on = models.BooleanField(default=True)
    refresh_is_on = models.BooleanField(default=True)
    surge_days = models.PositiveSmallIntegerField(default=14)
    quiet_days = models.PositiveSmallIntegerField(default=90)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="outbound_settings_are_one_row"),
            models.CheckConstraint(
                condition=Q(surge_days__gte=1, quiet_days__gte=1), name="outbound_settings_at_least_a_day"
            ),
        ]


class OutboundProposal(models.Model):
    """An account that somebody should call though nobody there asked: P3 for its intent, P4 in place of a dead one."""

    class Kind(models.TextChoices):
        """Why it is proposed: the priority that its hand-off will have."""

        INTENT = "P3", "Account intent"
        REFRESH = "P4", "Named-account refresh"

    class Status(models.TextChoices):
        """What became of it."""

        PROPOSED = "PROPOSED", "Proposed"
        APPROVED = "APPROVED", "Approved"
        DECLINED = "DECLINED", "Declined"
        UNDONE = "UNDONE", "Approved, and undone"

    kind = models.CharField(max_length=2, choices=Kind)
    status = models.CharField(max_length=8, choices=Status, default=Status.PROPOSED)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    replaces = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=200)
    proposed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    handoff = models.ForeignKey(Handoff, on_delete=models.PROTECT, null=True, related_name="+")
    held_from = models.DateTimeField(null=True)  # of the person before, for an undo to put back (LC-6)

    objects: ClassVar[models.Manager[OutboundProposal]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(status="PROPOSED"), name="outbound_one_open_an_account"
            ),
            models.UniqueConstraint(
                fields=["replaces"], condition=Q(status="PROPOSED"), name="outbound_one_open_a_dead_account"
            ),
            models.CheckConstraint(
                condition=Q(kind="P3", replaces__isnull=True)
                | Q(kind="P4", replaces__isnull=False, owner__isnull=False),
                name="outbound_refresh_has_both_sides",
            ),
            models.CheckConstraint(
                condition=Q(status="PROPOSED", decided_at__isnull=True)
                | (~Q(status="PROPOSED") & Q(decided_at__isnull=False)),
                name="outbound_decided_is_whole",
            ),
        ]
        indexes = [
            # an account that was decided of late is not proposed again
            models.Index(fields=["account", "-decided_at"], name="outbound_by_account"),
            models.Index(fields=["-decided_at"], name="outbound_by_decision"),
        ]
