"""Puts the evidence for a duplicate into words: what both tell, how it compares, and what that weighs."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.domain.duplicates import Level
from leads.domain.person_facts import Fact
from leads.models import DuplicateProposal

FACTS: dict[str, Promise] = {
    Fact.FIRST_NAME: gettext_lazy("first name"),
    Fact.LAST_NAME: gettext_lazy("last name"),
    Fact.MAILBOX: gettext_lazy("mailbox"),
    Fact.PHONE: gettext_lazy("telephone number"),
    Fact.ACCOUNT: gettext_lazy("company"),
    Fact.COUNTRY: gettext_lazy("country"),
    Fact.REGION: gettext_lazy("region"),
    Fact.POSTAL_CODE: gettext_lazy("post code"),
}
LEVELS: dict[str, Promise] = {
    Level.SAME: gettext_lazy("same %(fact)s"),
    Level.NEAR: gettext_lazy("nearly the same %(fact)s"),
    Level.INITIAL: gettext_lazy("%(fact)s abbreviated"),
    Level.NUMBERED: gettext_lazy("%(fact)s told apart by a number"),
    Level.OTHER: gettext_lazy("another %(fact)s"),
}
REASONS_SHOWN = 2
SURE = 0.99


@dataclass(frozen=True)
class EvidenceWords:
    """One piece of evidence, and the bits that it adds to the odds or takes from them."""

    text: str
    bits: float

    @property
    def speaks_for(self) -> bool:
        """Whether it makes one person likelier."""
        return self.bits > 0


def evidence_of(proposal: DuplicateProposal) -> list[EvidenceWords]:
    """All of the evidence, the strongest first."""
    return [
        EvidenceWords(str(LEVELS[level]) % {"fact": FACTS[fact]}, bits)
        for fact, level, bits in proposal.evidence
    ]


def because(proposal: DuplicateProposal) -> str:
    """What speaks for it most, in a few words."""
    told = [each.text for each in evidence_of(proposal) if each.speaks_for]
    return ", ".join(told[:REASONS_SHOWN])


def likelihood(proposal: DuplicateProposal) -> str:
    """The probability as people read it; nothing is ever quite sure."""
    if proposal.probability > SURE:
        return _("over 99%")
    return f"{proposal.probability:.0%}"
