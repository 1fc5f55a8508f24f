"""The turns that were taken in the rotation of each pool: who received, and what everybody earned by it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from leads.models import Lead
from routing.models.rep import Rep
from routing.models.territory import Pool


class Turn(models.Model):
    """One turn of a pool (RT-5): `shares` holds what each member, by membership id, earned; the receiver paid 1.

    It is all that is needed to give the turn back exactly; `waited_since` is when the receiver had received last.
    """

    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="turns", db_index=False)
    rep = models.ForeignKey(Rep, on_delete=models.PROTECT, related_name="+")
    member = models.BigIntegerField()
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    shares = models.JSONField()
    waited_since = models.DateTimeField(null=True)
    given_back_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Turn]] = models.Manager()

    class Meta:
        indexes = [
            # a pool's last turns
            models.Index(fields=["pool", "-at"], name="turn_by_pool"),
            # the turns that a rejected lead gives back
            models.Index(fields=["lead", "-at"], name="turn_by_lead"),
        ]
