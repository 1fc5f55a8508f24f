"""Which opportunities are asked for: by words, owner, team, standing and month; their sum, and each as a line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Case, Count, DateField, ExpressionWrapper, F, Q, Sum, Value, When
from django.db.models import DecimalField as Money
from django.db.models.functions import Coalesce, TruncDate
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leads.models import Opportunity, OpportunityStage, Role, Team, User
from leads.models.opportunity import OpportunityQuerySet
from leads.money import currency

Status = Opportunity.Status
OPEN, WON, LOST, ALL = "open", "won", "lost", "all"
OVERDUE = "overdue"
NEVER = date(9999, 12, 31)
MONTHS_BACK, MONTHS_AHEAD = 6, 12
BEFORE_AMOUNT = ("opportunity", "lead", "company", "owner", "status", "stage", "probability")
AFTER_AMOUNT = ("closes_on", "opened_on", "closed_on", "loss_reason")


@dataclass(frozen=True)
class Totals:
    """What the chosen deals are worth: their number, how many have an amount, the sum, and that sum weighted.

    What has ended is weighted by nothing: `weighted` is None where such a deal is among them.
    """

    count: int
    with_amount: int
    amount: Decimal
    weighted: Decimal | None


class OpportunityFilter(forms.Form):
    """Which deals; what is left out asks for those that are open."""

    q = forms.CharField(label=_("Name or company"), required=False, max_length=200, widget=forms.SearchInput)
    standing = forms.ChoiceField(label=_("Stage"), required=False)
    owner = forms.ModelChoiceField(
        label=_("Owner"), required=False, queryset=User.objects.none(), empty_label=_("Anybody")
    )
    team = forms.ModelChoiceField(
        label=_("Team"), required=False, queryset=Team.objects.none(), empty_label=_("Any")
    )
    closes = forms.ChoiceField(label=_("Closes"), required=False)

    def __init__(self, asked: QueryDict, *, user: User, now: datetime) -> None:
        super().__init__(asked)
        self.user, self.today = user, timezone.localdate(now)
        stages = [(one.code, one.label) for one in OpportunityStage.objects.order_by("position", "pk")]
        ends = [(WON, _("Won")), (LOST, _("Lost")), (ALL, _("All"))]
        self._offer("standing", [("", _("Open")), *stages, *ends])
        self._offer("closes", [("", _("Any day")), (OVERDUE, _("Overdue")), *_months(self.today)])
        owners = User.objects.filter(role=Role.AE, is_active=True)
        if not user.sees_every_lead:
            owners = owners.filter(team__in=Team.objects.led_by(user))
        self.fields["owner"].queryset = owners.order_by("name")  # type: ignore[attr-defined]
        teams = Team.objects.all() if user.sees_every_lead else Team.objects.led_by(user)
        self.fields["team"].queryset = teams.order_by("name")  # type: ignore[attr-defined]

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def is_by_close(self) -> bool:
        """True for deals still to be closed, the soonest first; False for the latest first."""
        return self.is_valid() and self.cleaned_data["standing"] not in (WON, LOST, ALL)

    @property
    def asked(self) -> dict[str, str]:
        """The part of the address that chooses, without what is left out."""
        return {name: self.data[name] for name in self.fields if self.data.get(name)}

    def chosen(self) -> OpportunityQuerySet:
        """The deals that the viewer may know of and that pass; none for a filter that cannot be read."""
        found = Opportunity.objects.visible_to(self.user).annotate(day=_day())
        if not self.is_valid():
            return found.none()
        given = self.cleaned_data
        found = _standing(found, given.get("standing", ""))
        for word in given["q"].split():
            found = found.filter(
                Q(lead__first_name__icontains=word)
                | Q(lead__last_name__icontains=word)
                | Q(account__name__icontains=word)
            )
        if given["owner"]:
            found = found.filter(owner=given["owner"])
        if given["team"]:
            found = found.filter(owner__team=given["team"])
        return self._closing(found, given["closes"])

    def _closing(self, found: OpportunityQuerySet, closes: str) -> OpportunityQuerySet:
        if closes == OVERDUE:
            return found.open().filter(close_on__lt=self.today)
        if closes:
            first = date.fromisoformat(f"{closes}-01")
            span: dict[str, Any] = {"day__gte": first, "day__lt": _month_after(first)}
            return found.filter(**span)
        return found


def totals(found: OpportunityQuerySet) -> Totals:
    """The figures over all of the deals."""
    share = F("amount") * F("stage__probability") / Value(100)
    weighted = ExpressionWrapper(share, output_field=Money(max_digits=16, decimal_places=2))
    figures = found.aggregate(
        of_all=Count("pk"),
        known=Count("amount"),
        in_all=Sum("amount"),
        by_stage=Sum(weighted),
        ended=Count("pk", filter=~Q(status=Status.OPEN)),
    )
    return Totals(
        count=figures["of_all"],
        with_amount=figures["known"],
        amount=figures["in_all"] or Decimal(0),
        weighted=None if figures["ended"] else figures["by_stage"] or Decimal(0),
    )


def shown(found: OpportunityQuerySet) -> OpportunityQuerySet:
    """The deals with all that a line shows of them."""
    return found.select_related("lead", "account", "owner", "stage")


def header() -> tuple[str, ...]:
    """What the cells of a line are called; the amount with its currency, where that is known."""
    amount = f"amount ({currency()})" if currency() else "amount"
    return (*BEFORE_AMOUNT, amount, *AFTER_AMOUNT)


def cells(found: OpportunityQuerySet) -> Iterator[tuple[str | int, ...]]:
    """Each deal as the cells of a file."""
    for deal in shown(found).order_by("pk").iterator(chunk_size=1000):
        yield (
            deal.pk,
            deal.lead.name,
            deal.account.name if deal.account else "",
            str(deal.owner or ""),
            deal.status,
            deal.stage.label if deal.stage else "",
            deal.stage.probability if deal.stage else "",
            "" if deal.amount is None else f"{deal.amount:.2f}",
            str(deal.close_on or ""),
            str(timezone.localdate(deal.created_at)),
            str(timezone.localdate(deal.closed_at)) if deal.closed_at else "",
            deal.loss_reason,
        )


def _day() -> Case:
    """The day by which a deal is listed: when it should close, or did."""
    return Case(
        When(status=Status.OPEN, then=Coalesce(F("close_on"), Value(NEVER))),
        default=TruncDate("closed_at"),
        output_field=DateField(),
    )


def _standing(found: OpportunityQuerySet, asked: str) -> OpportunityQuerySet:
    if asked == ALL:
        return found
    if asked in (WON, LOST):
        return found.filter(status=Status.WON if asked == WON else Status.LOST)
    return found.open().filter(stage__code=asked) if asked else found.open()


def _months(today: date) -> list[tuple[str, str]]:
    first = today.replace(day=1)
    for _month in range(MONTHS_BACK):
        first = (first - timedelta(days=1)).replace(day=1)
    months = []
    for _month in range(MONTHS_BACK + MONTHS_AHEAD + 1):
        months.append((f"{first:%Y-%m}", f"{first:%B %Y}"))
        first = _month_after(first)
    return months


def _month_after(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)
