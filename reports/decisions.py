"""Finds routing decisions by rule, rep, pool, period and words, a page at a time; each opens its trace (RT-4).

A lead that was passed on is found by its first decision as well as by each later one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from leads.models import User
from reports import keyset
from reports.keyset import Cursor, NotACursor, Order
from routing.domain import deciding
from routing.models import Handoff, Pool, Reassignment, RoutingRule

SIZE = 50
NEWEST = Order("qualified_at", descending=True)
USUAL_DAYS = 30
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
UNASSIGNED, NO_RULE = "nobody", "fallback"
FALLBACK_RULE = deciding.fallback().name


class DecisionFilter(forms.Form):
    """Which decisions to show, of those that the viewer may know of."""

    q = forms.CharField(
        label=_("Words"),
        required=False,
        max_length=200,
        validators=[ProhibitNullCharactersValidator()],
        widget=forms.TextInput(attrs={"placeholder": _("lead, rule, reason")}),
    )
    rule = forms.ChoiceField(label=_("Rule"), required=False)
    rep = forms.ChoiceField(label=_("Rep"), required=False)
    pool = forms.ChoiceField(label=_("Pool"), required=False)
    first_day = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    last_day = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    cursor: Cursor | None = None

    def __init__(self, asked: QueryDict, *, user: User, now: datetime) -> None:
        self.zone = ZoneInfo(user.time_zone)
        today = now.astimezone(self.zone).date()
        given = asked.copy()
        given["first_day"] = asked.get("first_day") or f"{today - timedelta(days=USUAL_DAYS):%Y-%m-%d}"
        given["last_day"] = asked.get("last_day") or f"{today:%Y-%m-%d}"
        super().__init__(given)
        self.seen = Handoff.objects.visible_to(user)
        self._offer("rule", _("Every rule"), [*_rules(), (NO_RULE, _("No rule placed it"))])
        self._offer("rep", _("Every rep"), [*_reps(self.seen, user), (UNASSIGNED, _("Nobody: unassigned"))])
        self._offer(
            "pool", _("Every pool"), [(str(each.pk), str(each)) for each in Pool.objects.order_by("name")]
        )

    def clean(self) -> dict[str, Any]:
        """A period that is one, and a place in the list that is one."""
        given = super().clean() or {}
        first, last = given.get("first_day"), given.get("last_day")
        if first and last and not EARLIEST <= first <= last <= LATEST:
            raise ValidationError(_("Choose a first day that is not after the last."))
        try:
            self.cursor = self._read_cursor()
        except NotACursor as error:
            raise ValidationError(
                _("The place in the list cannot be read. Go back to its beginning.")
            ) from error
        return given

    def chosen(self) -> QuerySet[Handoff]:
        """The decisions asked for; only of a valid form."""
        given = self.cleaned_data
        begins = datetime.combine(given["first_day"], time.min, self.zone)
        ends = datetime.combine(given["last_day"] + timedelta(days=1), time.min, self.zone)
        found = self.seen.filter(qualified_at__gte=begins, qualified_at__lt=ends)
        for name, narrow in (("rule", _by_rule), ("rep", _by_rep), ("pool", _by_pool)):
            if given[name]:
                found = found.filter(narrow(given[name]))
        return _with_text(found, given["q"]) if given["q"] else found

    def address(self) -> str:
        """The part of the address that says what was asked for."""
        names = ("q", "rule", "rep", "pool", "first_day", "last_day")
        return urlencode({name: self.data[name] for name in names if self.data.get(name)})

    def _offer(self, name: str, everything: Any, choices: list[tuple[str, Any]]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = [("", everything), *choices]

    def _read_cursor(self) -> Cursor | None:
        for name in ("before", "after"):
            if text := self.data.get(name):
                return Cursor.parse(text, backwards=name == "before")
        return None


@dataclass(frozen=True)
class DecisionsPage:
    """One page of the list, newest first; an address is empty where there is nothing to go to."""

    rows: list[Handoff]
    newer_url: str
    older_url: str


def page(form: DecisionFilter) -> DecisionsPage:
    """The page that the valid `form` asks for."""
    rows = form.chosen().select_related("lead__account", "assignee", "team", "rule_set", "pool")
    found = keyset.page(rows.defer("explanation"), NEWEST, cursor=form.cursor, size=SIZE)
    return DecisionsPage(
        rows=found.rows,
        newer_url=f"?{form.address()}&{urlencode({'before': found.before})}" if found.before else "",
        older_url=f"?{form.address()}&{urlencode({'after': found.after})}" if found.after else "",
    )


def _rules() -> list[tuple[str, Any]]:
    names = RoutingRule.objects.order_by("name").values_list("name", flat=True).distinct()
    return [(f"rule:{name}", name) for name in names]


def _reps(seen: QuerySet[Handoff], user: User) -> list[tuple[str, Any]]:
    """Everybody whose leads the viewer may know of; of who knows of all, each rep's first alone is looked for."""
    if user.sees_every_lead:
        handed = Exists(Handoff.objects.filter(assignee=OuterRef("pk")))
        had_it = Q(handed | Exists(Reassignment.objects.filter(from_user=OuterRef("pk"))))
    else:
        moved = Reassignment.objects.filter(handoff__in=seen)
        had_it = Q(pk__in=seen.values("assignee")) | Q(pk__in=moved.values("from_user"))
    people = User.objects.filter(had_it, rep__isnull=False).order_by("name")
    return [(str(each.pk), str(each)) for each in people]


def _by_rule(asked: str) -> Q:
    name = asked.removeprefix("rule:")
    if name != asked:
        return Q(rule_name=name) | _moved(Q(rule_name=name))
    nobodys = Q(rule_name=FALLBACK_RULE)
    return nobodys | Q(because__startswith=FALLBACK_RULE) | _moved(nobodys)


def _by_rep(asked: str) -> Q:
    """Whoever has it, or had it on the way."""
    if asked == UNASSIGNED:
        return Q(assignee__isnull=True)
    return Q(assignee=asked) | _moved(Q(from_user=asked) | Q(to_user=asked))


def _by_pool(asked: str) -> Q:
    return Q(pool=asked) | _moved(Q(pool=asked))


def _moved(how: Q) -> Q:
    """It was passed on like that since: each move is a decision of its own."""
    return Q(pk__in=Reassignment.objects.filter(how).values("handoff"))


def _with_text(found: QuerySet[Handoff], asked: str) -> QuerySet[Handoff]:
    """Every word is in the lead's name, e-mail or company, in a one-line reason, or anywhere in a trace."""
    found = found.annotate(trace=Cast("explanation", TextField()))
    moves = Reassignment.objects.annotate(trace=Cast("explanation", TextField()))
    for word in asked.split():
        told = moves.filter(Q(because__icontains=word) | Q(trace__icontains=word), handoff=OuterRef("pk"))
        found = found.filter(
            Q(because__icontains=word)
            | Q(lead__first_name__icontains=word)
            | Q(lead__last_name__icontains=word)
            | Q(lead__email__icontains=word)
            | Q(lead__account__name__icontains=word)
            | Q(trace__icontains=word)
            | Exists(told)
        )
    return found
