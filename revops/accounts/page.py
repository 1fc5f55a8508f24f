"""What the page of one account shows to one viewer: facts, score, people, deals, its place in a group, changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads import accounts, audit, hierarchy, revenue_cycle
from leads.accounts import Care
from leads.models import Account, AuditEntry, Lead, Merge, Opportunity, Role, Signal, User
from leads.models.account import AccountQuerySet
from revops.accounts.group import GroupForm
from revops.enrichment import fact_words
from revops.lead_page import account_sheet
from routing.models import Handoff

PEOPLE, DEALS, CHANGES, GROUP = 50, 50, 20, 50


@dataclass(frozen=True)
class Person:
    """One lead of the account, and the work that is open with it."""

    lead: Lead
    stage: str
    work: str


class CareForm(forms.Form):
    """Who cares for the account."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    owner = forms.ModelChoiceField(
        label=gettext_lazy("Owner"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nobody"),
    )
    csm = forms.ModelChoiceField(
        label=gettext_lazy("Customer success"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nobody"),
    )
    is_named = forms.BooleanField(
        label=gettext_lazy("Named account"),
        required=False,
        help_text=gettext_lazy("Its new leads go to the owner, before any territory or rotation."),
    )

    def __init__(self, data: Any = None, *, account: Account) -> None:
        stored = {**accounts.care_of(account), "seen": accounts.edition_of(account)}
        super().__init__(data, initial=stored)
        self._offer("owner", (Role.AE, Role.SDR, Role.MANAGER), account.owner_id)
        self._offer("csm", (Role.CSM,), account.csm_id)

    def _offer(self, name: str, roles: tuple[Role, ...], now: int | None) -> None:
        field = cast("forms.ModelChoiceField[User]", self.fields[name])
        offered = Q(role__in=roles, is_active=True) | Q(pk=now)
        field.queryset = User.objects.filter(offered).order_by("name")

    @property
    def care(self) -> Care:
        """What a valid form says."""
        given = self.cleaned_data
        return Care(given["owner"], given["csm"], given["is_named"])


def visible(user: User) -> AccountQuerySet:
    """The accounts whose page `user` may open, with all that its head shows."""
    return Account.objects.visible_to(user).select_related("owner", "csm", "parent")


def may_care(user: User) -> bool:
    """Whether `user` says who cares for an account that they see."""
    return user.role in (Role.MANAGER, Role.OPS)


def context(
    account: Account,
    *,
    viewer: User,
    now: datetime,
    form: CareForm | None = None,
    group_form: GroupForm | None = None,
) -> dict[str, Any]:
    """The context of revops/account.html."""
    seen = Account.objects.visible_to(viewer)
    group = hierarchy.group_of(account)
    people, others = _people(account, viewer)
    deals = Opportunity.objects.visible_to(viewer).filter(account=account)
    return {
        "company": account,
        "account": account_sheet.sheet(account, viewer=viewer, now=now),
        "facts": facts(account),
        "conflicts": fact_words.conflicts_of(account),
        "fact_sources": fact_words.sources_of(account),
        "origin": _origin(account),
        "people": people,
        "others": others,
        "deals": deals.select_related("lead", "owner", "stage").order_by("-created_at", "-pk")[:DEALS],
        "above": _known(group.above, viewer),
        "is_circle": group.is_circle,
        "group_form": (group_form or GroupForm(account=account)) if viewer.role == Role.OPS else None,
        "children": seen.filter(parent=account).order_by("name", "pk")[:GROUP],
        "merges": _merges(people),
        "changes": _changes(account),
        "form": (form or CareForm(account=account)) if may_care(viewer) else None,
    }


def facts(account: Account) -> list[tuple[str, str]]:
    """What is known of the company; what nobody knows says so."""
    unknown = _("unknown")
    revenue, employees = account.annual_revenue, account.employees
    return [
        (_("Domain"), account.domain or unknown),
        (_("Country"), account.country or unknown),
        (_("Industry"), account.industry or unknown),
        (_("Employees"), f"{employees:,}" if employees is not None else unknown),
        (_("Annual revenue"), f"{revenue:,}" if revenue is not None else unknown),
        (_("Growth stage"), account.growth_stage.replace("_", " ") or unknown),
        (_("Technologies"), ", ".join(account.technologies) or unknown),
        (_("Budget"), account.budget or unknown),
    ]


def _people(account: Account, viewer: User) -> tuple[list[Person], int]:
    """Those whom the viewer may know of, the latest first, and how many more there are."""
    known = Lead.objects.visible_to(viewer).filter(account=account, merged_into=None)
    leads = list(known.select_related("owner").order_by("-pk")[:PEOPLE])
    handoffs = Handoff.objects.open().filter(lead__in=leads).select_related("assignee")
    work = {one.lead_id: _work(one) for one in handoffs}
    labels = revenue_cycle.labels()
    people = [Person(lead, labels[lead.stage], work.get(lead.pk, "")) for lead in leads]
    return people, known.count() - len(people)


def _known(companies: Sequence[Account], viewer: User) -> list[Account]:
    """Those of the companies that the viewer may know of, in their order."""
    if not companies:
        return []
    seen = set(
        Account.objects.visible_to(viewer).filter(pk__in=[one.pk for one in companies]).values_list("pk")
    )
    return [one for one in companies if (one.pk,) in seen]


def _work(handoff: Handoff) -> str:
    holder = handoff.assignee or _("nobody yet")
    if handoff.kind == Handoff.Kind.MEETING:
        return _("meeting waits for %(who)s") % {"who": holder}
    return _("waits for %(who)s") % {"who": holder}


def _origin(account: Account) -> Signal | None:
    """The signal by which the company became known."""
    first = Signal.objects.filter(lead__account=account).select_related("source", "type")
    return first.order_by("occurred_at").first()


def _merges(people: list[Person]) -> list[Merge]:
    """Who of its people was found to be there twice."""
    live = Merge.objects.filter(survivor__in=[one.lead for one in people], undone_at__isnull=True)
    return list(live.select_related("duplicate", "survivor", "actor").order_by("-at")[:CHANGES])


def _changes(account: Account) -> list[AuditEntry]:
    return list(audit.of(f"account:{account.pk}")[:CHANGES])
