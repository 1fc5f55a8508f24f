"""What the pages of enrichment show: how each provider stands, its last answers, and where sources differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from leads.domain.breaker import State
from leads.models import EnrichmentLookup, EnrichmentProvider, FactConflict
from revops.enrichment.fact_words import conflict_words, value_words
from revops.enrichment.forms import FACT_LABELS
from revops.standing import Standing

A_PAGE = 50


@dataclass(frozen=True)
class Row:
    """A provider in the list."""

    provider: EnrichmentProvider
    standing: Standing
    answered: int

    @property
    def rate(self) -> str:
        """How many of its answers knew the company, with their number."""
        if not self.answered:
            return ""
        share = {"share": f"{self.provider.hits / self.answered:.0%}", "hits": f"{self.provider.hits:,}"}
        return _("%(share)s, %(hits)s of %(all)s") % {**share, "all": f"{self.answered:,}"}


@dataclass(frozen=True)
class Line:
    """One answer as the log shows it."""

    lookup: EnrichmentLookup
    tone: str
    said: str


@dataclass(frozen=True)
class Difference:
    """Where sources differ about a company."""

    conflict: FactConflict
    words: Mapping[str, str]


TONES = {"FOUND": "met", "NOTHING": "paused", "FAILED": "breached"}


def standing(provider: EnrichmentProvider, *, now: datetime) -> Standing:
    """Whether it is asked, and if not, why."""
    if not provider.is_on:
        return Standing("paused", _("Switched off"), _("What it said stays; nothing new is asked."))
    state = provider.breaker.state(now)
    if state is State.CLOSED:
        return Standing("met", _("Asked"))
    times = {"n": provider.failures}
    if state is State.TRYING or provider.rest_until is None:
        return Standing(
            "fifth", _("On trial"), _("It failed %(n)s times in a row; one question decides.") % times
        )
    until = date_format(localtime(provider.rest_until), "H:i")
    told = _("It failed %(n)s times in a row and is left in peace until %(until)s.")
    return Standing("breached", _("Rests"), told % {**times, "until": until})


def rows(*, now: datetime) -> list[Row]:
    """Every provider, in the order in which they are asked."""
    found = EnrichmentProvider.objects.order_by("position", "pk")
    return [Row(one, standing(one, now=now), one.hits + one.misses) for one in found]


def log(provider: EnrichmentProvider) -> list[Line]:
    """Its last answers, the newest first."""
    asked = EnrichmentLookup.objects.filter(provider=provider, asked_at__isnull=False)
    last = asked.select_related("account").order_by("-asked_at")[:A_PAGE]
    return [Line(one, TONES.get(one.outcome, "paused"), one.problem or _facts(one)) for one in last]


def differences(*, before: int | None) -> tuple[list[Difference], bool]:
    """A page of what sources differ about, the newest first; and whether there is more."""
    found = FactConflict.objects.select_related("account").order_by("-id")
    page: Sequence[FactConflict] = list((found.filter(pk__lt=before) if before else found)[: A_PAGE + 1])
    return [Difference(one, conflict_words(one)) for one in page[:A_PAGE]], len(page) > A_PAGE


def _facts(lookup: EnrichmentLookup) -> str:
    told = lookup.facts.items()
    return " · ".join(f"{FACT_LABELS.get(fact, fact)}: {value_words(fact, value)}" for fact, value in told)
