"""One sample lead for the simulator: somebody who exists, or facts that are made up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads import condition_text
from leads.domain import persona
from leads.domain.conditions import Kind
from leads.domain.places import Place
from leads.models import Lead
from routing import assignment, books, trace_words, vocabulary
from routing.assignment import Decision, Question
from routing.models import RuleSet
from routing.trace_words import TraceStep
from routing.vocabulary import VOCABULARY

MADE_UP = tuple(
    name for name in VOCABULARY if name not in ("territory", "time_zone", "department", "seniority")
)
ASKED = ("tier", "priority", "source", "trigger")
FLAGS = (("", gettext_lazy("not known")), ("yes", gettext_lazy("yes")), ("no", gettext_lazy("no")))


@dataclass(frozen=True)
class Tried:
    """What the rules would do with the sample."""

    lead: Lead | None
    decision: Decision
    steps: list[TraceStep]


class SampleForm(forms.Form):
    """Somebody's e-mail, or facts; what is left empty is not known."""

    email = forms.CharField(
        label=gettext_lazy("A lead you have"),
        required=False,
        max_length=254,
        validators=[ProhibitNullCharactersValidator()],
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("e-mail"), "autocomplete": "off"}),
        help_text=gettext_lazy("With the account, owners and open work as they are now."),
    )

    lead: Lead | None = None

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        for name in MADE_UP:
            self.fields[name] = _field(name)

    @property
    def facts(self) -> dict[str, Any]:
        """What was made up, as routing knows it."""
        given = {name: _fact(name, self.cleaned_data[name]) for name in MADE_UP}
        known = {name: value for name, value in given.items() if value not in (None, "", [])}
        title = str(known.get("title", ""))
        roles = {"department": persona.department_of(title), "seniority": persona.seniority_of(title)}
        return known | {name: value for name, value in roles.items() if title and value}

    def clean_country(self) -> str:
        """Two letters, in capitals."""
        return str(self.cleaned_data["country"]).upper()

    def clean_email(self) -> str:
        """Somebody who is there."""
        given = str(self.cleaned_data["email"]).strip().lower()
        self.lead = Lead.objects.filter(email_key=given).select_related("account").first() if given else None
        if given and self.lead is None:
            raise forms.ValidationError(_("There is no lead with this e-mail."))
        return given

    def made_up(self) -> list[forms.BoundField]:
        """The fields of the facts."""
        return [self[name] for name in MADE_UP]


def sample(form: SampleForm, version: RuleSet, *, now: datetime) -> Tried:
    """Ask `version` about the sample of a valid form, at this moment; nothing is written."""
    lead, facts = form.lead, form.facts
    place = _place(facts)
    territory = assignment.territory_of(lead) if lead else vocabulary.territory_at(place)
    if lead is not None:
        tier, priority, source, trigger = (str(facts.pop(name, "")) for name in ASKED)
        asked = Question(tier or lead.tier, priority, source, trigger)
        known = vocabulary.facts(lead, asked, territory)
        facts = known | facts
    else:
        found = {"territory": territory.name if territory else "", "time_zone": place.time_zone}
        facts |= {name: value for name, value in found.items() if value}
    decision = assignment.try_out(books.book_of(version), facts, lead=lead, territory=territory, now=now)
    return Tried(lead, decision, trace_words.steps(decision.explanation))


def _place(facts: dict[str, Any]) -> Place:
    return Place(*(str(facts.get(name, "")) for name in ("country", "region", "postal_code")))


def _field(name: str) -> forms.Field:
    label = condition_text.label(name)
    if VOCABULARY[name] is Kind.NUMBER:
        return forms.IntegerField(label=label, required=False, min_value=0, max_value=2**53)
    if VOCABULARY[name] is Kind.FLAG:
        return forms.ChoiceField(label=label, required=False, choices=FLAGS)
    checks = [ProhibitNullCharactersValidator()]
    return forms.CharField(label=label, required=False, max_length=200, validators=checks)


def _fact(name: str, given: Any) -> Any:
    if VOCABULARY[name] is Kind.FLAG:
        return {"yes": True, "no": False}.get(given)
    if VOCABULARY[name] is Kind.LIST:
        return [part.strip() for part in given.split(",") if part.strip()]
    return given
