"""What was refused of the calls that senders made: how often, on which day, why; nothing of what they carried."""

from __future__ import annotations

from django.db import models

from leads.models.source import Source


class RefusedCalls(models.Model):
    """How often one sender was refused on one day for one reason; without a source where nobody knows the sender.

    `kind` is the name of a kind of problem, `field` a field of the schema, never a name or a value that was sent.
    What is refused for several fields stands in a row of each: `times` counts it in every one, `refused` in the first
    alone, so that their sum is how much was refused.
    """

    source = models.ForeignKey(Source, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    refused_on = models.DateField()  # in UTC
    kind = models.CharField(max_length=40)
    field = models.CharField(max_length=80, blank=True)
    times = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "refused_on", "kind", "field"],
                name="refused_once_a_day_and_reason",
                nulls_distinct=False,
            ),
        ]
