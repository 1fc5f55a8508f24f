"""Which accounts are asked for: by words, kind, owner and score; the newest first, quick for any number of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Count, Exists, F, OuterRef, Q
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from leads import parameters
from leads.models import Account, Opportunity, Role, Team, User
from leads.models.account import AccountQuerySet

A_PAGE = 50
NAMED, CUSTOMER, IDEAL, DISPUTE = "named", "customer", "ideal", "dispute"
KINDS = (
    ("", _("Every account")),
    (NAMED, _("Named")),
    (CUSTOMER, _("Customers")),
    (IDEAL, _("Ideal customers")),
    (DISPUTE, _("In dispute")),
)
BANDS = {"80": (80, 101), "60": (60, 80), "40": (40, 60), "0": (0, 40)}
SCORES = (
    ("", _("Any")),
    ("80", _("80 and more")),
    ("60", _("60 to 79")),
    ("40", _("40 to 59")),
    ("0", _("Under 40")),
)
CONDITIONS = {
    NAMED: Q(is_named=True),
    CUSTOMER: Q(is_customer=True),
    IDEAL: Q(score__is_icp=True),
    DISPUTE: Q(in_dispute=True),
}


@dataclass(frozen=True)
class Page:
    """Some accounts, and between which ids the pages beside lie (None where there is none)."""

    rows: list[Account]
    newer_than: int | None
    older_than: int | None


class AccountFilter(forms.Form):
    """Which accounts."""

    q = forms.CharField(label=_("Name or domain"), required=False, max_length=200, widget=forms.SearchInput)
    kind = forms.ChoiceField(label=_("Accounts"), choices=KINDS, required=False)
    owner = forms.ModelChoiceField(
        label=_("Owner"), required=False, queryset=User.objects.none(), empty_label=_("Anybody")
    )
    score = forms.ChoiceField(label=_("Score"), choices=SCORES, required=False)
    deal = forms.BooleanField(label=_("With an open opportunity"), required=False)

    def __init__(self, asked: QueryDict, *, user: User) -> None:
        super().__init__(asked)
        self.user = user
        owners = User.objects.filter(role__in=(Role.AE, Role.SDR, Role.MANAGER), is_active=True)
        if not user.sees_every_lead:
            owners = owners.filter(team__in=Team.objects.led_by(user))
        self.fields["owner"].queryset = owners.order_by("name")  # type: ignore[attr-defined]

    @property
    def asked(self) -> dict[str, str]:
        """The part of the address that chooses, without what is left out."""
        return {name: self.data[name] for name in self.fields if self.data.get(name)}

    def chosen(self) -> AccountQuerySet:
        """The accounts that the viewer may know of and that pass; none for a filter that cannot be read."""
        found = Account.objects.visible_to(self.user)
        if not self.is_valid():
            return found.none()
        given = self.cleaned_data
        found = found.matching(given["q"])
        if given["kind"]:
            found = found.filter(CONDITIONS[given["kind"]])
        if given["owner"]:
            found = found.filter(owner=given["owner"])
        if given["score"]:
            least, below = BANDS[given["score"]]
            found = found.filter(score__value__gte=least, score__value__lt=below)
        if given["deal"]:
            found = found.filter(Exists(Opportunity.objects.open().filter(account=OuterRef("pk"))))
        return found


def page(found: AccountQuerySet, request: HttpRequest) -> Page:
    """The page that the address asks for; one row more is read to know whether the list goes on."""
    before, after = (parameters.whole_number(request, name) for name in ("before", "after"))
    backwards = after is not None and before is None
    if backwards:
        rows = _read(found.filter(pk__gt=after).order_by("pk"))
    else:
        rows = _read((found if before is None else found.filter(pk__lt=before)).order_by("-pk"))
    goes_on, rows = len(rows) > A_PAGE, rows[:A_PAGE]
    if backwards:
        rows.reverse()
    has_newer, has_older = (goes_on, True) if backwards else (before is not None, goes_on)
    return Page(
        rows,
        newer_than=rows[0].pk if rows and has_newer else None,
        older_than=rows[-1].pk if rows and has_older else None,
    )


def _read(found: AccountQuerySet) -> list[Account]:
    """A page of rows, with the figures of these alone."""
    ids = list(found.values_list("pk", flat=True)[: A_PAGE + 1])
    open_deals = Count("opportunities", filter=Q(opportunities__status="OPEN"), distinct=True)
    told = Account.objects.filter(pk__in=ids).select_related("owner", "score")
    rows: Any = told.annotate(
        people_count=Count("people", filter=Q(people__merged_into=None), distinct=True),
        open_deals=open_deals,
        score_value=F("score__value"),
    ).in_bulk()
    return [rows[pk] for pk in ids]
