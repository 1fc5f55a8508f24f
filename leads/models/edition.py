"""Which edition of the operating model holds: one row for each statement that changed any of its tables."""

from __future__ import annotations

from django.db import models


class OperatingModelEdit(models.Model):
    """That rules, promises, calendars, people or senders were changed; written by triggers, in the same transaction.

    The rows that can be seen name the edition: their number and the sum of their ids, which never come twice.
    """

    def __str__(self) -> str:
        return f"edit {self.pk}"
