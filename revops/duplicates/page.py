"""What the pages of duplicates show: the pairs to decide, two leads side by side, and what was decided lately."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Min, Q
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from leads import duplicates, revenue_cycle
from leads.domain.phones import readable_phone
from leads.domain.stages import Stage
from leads.models import DuplicateProposal, Lead, Role, Signal, User
from leads.models.duplicate import DuplicateProposalQuerySet
from revops.duplicates import words as duplicate_words
from routing.models import Handoff

SHOWN, LATELY = 50, 20
WHO = 8  # so many rows say who a lead is; the rest say what was done with it
DECIDERS = (Role.MANAGER, Role.OPS)
# Whoever is further on with sales is kept; what is decided elsewhere cannot be undone by a merge.
KEPT_FIRST = (
    Stage.CUSTOMER,
    Stage.OPPORTUNITY,
    Stage.SQL,
    Stage.SAL,
    Stage.MQL,
    Stage.LOST,
    Stage.LEAD,
    Stage.RECYCLED,
    Stage.SUBSCRIBER,
    Stage.DISQUALIFIED,
)


@dataclass(frozen=True)
class Pair:
    """A proposal as a line of the list."""

    proposal: DuplicateProposal
    likelihood: str
    because: str


@dataclass(frozen=True)
class Hint:
    """Who may be the same person as a lead, why, and where that is decided or read."""

    lead: Lead
    because: str
    url: str


@dataclass(frozen=True)
class Touches:
    """How much a lead did, and from when to when."""

    count: int = 0
    first: str = ""
    last: str = ""
    source: str = ""


@dataclass(frozen=True)
class Row:
    """One fact of both; `differs` where both tell it and not alike, of what says who they are."""

    label: str
    one: str
    other: str
    says_who: bool

    @property
    def differs(self) -> bool:
        """Whether both tell it, each in another way."""
        return (
            self.says_who and bool(self.one and self.other) and self.one.casefold() != self.other.casefold()
        )


def visible(user: User) -> DuplicateProposalQuerySet:
    """The pairs whose page `user` may open."""
    related = (
        "one__account",
        "other__account",
        "one__owner",
        "other__owner",
        "decided_by",
        "merge__survivor",
    )
    return DuplicateProposal.objects.visible_to(user).select_related(*related)


def list_context(user: User) -> dict[str, Any]:
    """The context of revops/duplicates.html."""
    seen = visible(user)
    waiting = seen.open()
    decided = seen.exclude(decision="").order_by("-decided_at", "-pk")
    return {
        "pairs": [_pair(each) for each in waiting.order_by("-probability", "pk")[:SHOWN]],
        "waiting": waiting.count(),
        "decided": [_pair(each) for each in decided[:LATELY]],
    }


def hints(lead: Lead, *, viewer: User) -> list[Hint]:
    """Who may be the same person as `lead`; whoever may decide it is led to the pair, others to the lead."""
    decides = viewer.role in DECIDERS
    return [
        Hint(
            each.lead,
            duplicate_words.because(each.proposal),
            reverse("duplicate", args=[each.proposal.pk]) if decides else each.lead.get_absolute_url(),
        )
        for each in duplicates.of(lead, viewer=viewer)
    ]


def pair_context(proposal: DuplicateProposal, *, viewer: User, keep: int | None = None) -> dict[str, Any]:
    """The context of revops/duplicate.html; `keep` is the lead that was chosen to be kept."""
    before, after = _neighbours(proposal, viewer)
    return {
        "pair": _pair(proposal),
        "proposal": proposal,
        "leads": [proposal.one, proposal.other],
        "rows": _rows(proposal.one, proposal.other),
        "keep": keep or kept(proposal.one, proposal.other).pk,
        "evidence": duplicate_words.evidence_of(proposal),
        "is_open": not proposal.decision
        and not any(lead.merged_into_id or lead.erased_at for lead in (proposal.one, proposal.other)),
        "previous": before,
        "next": after,
        "may_take_apart": viewer.role == Role.OPS and proposal.merge_id is not None,
        "waiting": DuplicateProposal.objects.open().visible_to(viewer).count(),
    }


def next_after(proposal: DuplicateProposal, *, viewer: User) -> DuplicateProposal | None:
    """The open pair that comes after this one; from the end, the first."""
    following = _neighbours(proposal, viewer)[1]
    return following or visible(viewer).open().order_by("-probability", "pk").first()


def kept(one: Lead, other: Lead) -> Lead:
    """Which of the two is kept unless somebody says otherwise: the further on with sales, then the longer known."""
    return min(one, other, key=lambda lead: (KEPT_FIRST.index(Stage(lead.stage)), lead.created_at, lead.pk))


def _pair(proposal: DuplicateProposal) -> Pair:
    return Pair(proposal, duplicate_words.likelihood(proposal), duplicate_words.because(proposal))


def _neighbours(
    proposal: DuplicateProposal, viewer: User
) -> tuple[DuplicateProposal | None, DuplicateProposal | None]:
    """The open pairs before and after it, the likeliest first."""
    waiting = DuplicateProposal.objects.open().visible_to(viewer).exclude(pk=proposal.pk)
    alike = Q(probability=proposal.probability)
    before = waiting.filter(Q(probability__gt=proposal.probability) | alike & Q(pk__lt=proposal.pk))
    after = waiting.filter(Q(probability__lt=proposal.probability) | alike & Q(pk__gt=proposal.pk))
    return before.order_by("probability", "-pk").first(), after.order_by("-probability", "pk").first()


def _rows(one: Lead, other: Lead) -> list[Row]:
    """What is known of both, fact by fact; what neither tells is left out."""
    touches, handoffs = _touches(one, other), _handoffs(one, other)
    labels = revenue_cycle.labels()
    told = [
        [
            (_("Name"), f"{lead.first_name} {lead.last_name}".strip()),
            (_("E-mail"), lead.email),
            (_("Telephone"), readable_phone(lead.phone)),
            (_("Title"), lead.title),
            (_("Company"), str(lead.account or "")),
            (_("Country"), lead.country),
            (_("Region"), lead.region),
            (_("Post code"), lead.postal_code),
            (_("Stage"), labels[lead.stage]),
            (_("Owner"), str(lead.owner or "")),
            (_("First came from"), touches[lead.pk].source),
            (_("First touch"), touches[lead.pk].first),
            (_("Latest touch"), touches[lead.pk].last),
            (_("Touches"), str(touches[lead.pk].count)),
            (_("Hand-offs"), str(handoffs.get(lead.pk, 0))),
            (_("Unsubscribed"), _day(lead.suppressed_at)),
        ]
        for lead in (one, other)
    ]
    rows = [
        Row(label, mine, theirs, says_who=place < WHO)
        for place, ((label, mine), (_label, theirs)) in enumerate(zip(*told, strict=True))
    ]
    return [row for row in rows if row.one or row.other]


def _touches(*leads: Lead) -> dict[int, Touches]:
    counted = Signal.objects.filter(lead__in=leads).values("lead")
    counted = counted.annotate(count=Count("pk"), first=Min("occurred_at"), last=Max("occurred_at"))
    found = {row["lead"]: row for row in counted}
    return {lead.pk: _told(lead, found[lead.pk]) if lead.pk in found else Touches() for lead in leads}


def _told(lead: Lead, row: Mapping[str, Any]) -> Touches:
    first = Signal.objects.filter(lead=lead).select_related("source").order_by("occurred_at", "pk").first()
    source = (first.utm.get("source") or first.source.name) if first else ""
    return Touches(row["count"], _day(row["first"]), _day(row["last"]), source)


def _handoffs(*leads: Lead) -> dict[int, int]:
    counted = Handoff.objects.filter(lead__in=leads).values_list("lead").annotate(Count("pk"))
    return dict(counted)


def _day(at: Any) -> str:
    return formats.date_format(timezone.localtime(at), "j M Y") if at else ""
