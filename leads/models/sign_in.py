"""What sign-in has to remember: guesses that were counted, codes that were used, and who is who elsewhere."""

from __future__ import annotations

from django.db import models

from leads.models.organisation import User


class GuessTally(models.Model):
    """How often somebody guessed in one place: an account, an address on the network, a known device."""

    place = models.CharField(
        max_length=64, primary_key=True
    )  # a hash, so that no list of addresses lies here
    guesses = models.PositiveIntegerField()
    last_at = models.DateTimeField(db_index=True)  # the forgotten ones are swept away
    free_at = models.DateTimeField()


class CacheEntry(models.Model):
    """The table of Django's cache, whose columns Django dictates: codes that were used, for as long as they count."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "cache_entries"


class ProviderIdentity(models.Model):
    """Who somebody is at the company's provider of single sign-on; the subject stays when an address changes."""

    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=255)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="identity_is_one_person")]
