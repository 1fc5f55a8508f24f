"""A hosted form as its visitors fill it in, and the signal that it becomes (IN-11, IN-12)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leads.domain.countries import COUNTRIES, country_name
from leads.domain.form_parts import COMPANY_FIELDS, LONGEST_ANSWER, PERSON_FIELDS, Part
from leads.domain.signal import FieldError
from leads.models import HostedForm
from revops.forms.tickets import Ticket

LABELS = {
    "email": _("E-mail"),
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "title": _("Job title"),
    "phone": _("Telephone"),
    "country": _("Country"),
    "company": _("Company"),
    "employees": _("How many people work there"),
    "industry": _("Industry"),
}
AUTOFILL = {
    "email": "email",
    "first_name": "given-name",
    "last_name": "family-name",
    "title": "organization-title",
    "phone": "tel",
    "company": "organization",
}
LENGTHS = {"first_name": 100, "last_name": 100, "title": 150, "phone": 40, "company": 200, "industry": 100}
TRAP = "website"
OPT_IN = "opt_in"
# a field of the form ← a field of the signal, where the names differ
OF_SIGNAL = {"company.name": "company", "self_reported_source": "heard", "consent.text": "consent"}
CHOOSE = ("", _("Choose"))


class PublicForm(forms.Form):
    """What a visitor is asked; a field that nobody sees tells programs that fill in everything."""

    website = forms.CharField(required=False, label=_("Leave this empty"))

    def __init__(self, definition: HostedForm, data: Any = None) -> None:
        super().__init__(data, label_suffix="", auto_id="form_%s")
        self.definition = definition
        self.fields[TRAP].widget.attrs |= {"autocomplete": "off", "tabindex": "-1"}
        for part in definition.asked_fields:
            self.fields[part.name] = _field(part)
        for part in definition.asked_questions:
            self.fields[f"answer_{part.name}"] = _question(part)
        if definition.heard_options:
            label = _("How did you hear about us?")
            self.fields["heard"] = _choice(label, definition.heard_options, required=False)
        if definition.consent_text:
            self.fields["consent"] = _consent(definition)
        _say_what_is_missing(self.fields.values())

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields that a visitor sees."""
        return [field for field in self.visible_fields() if field.name != TRAP]

    @property
    def is_trapped(self) -> bool:
        """Whether the field was filled in that nobody sees."""
        return bool(self.cleaned_data[TRAP])

    @property
    def agreed(self) -> bool:
        """Whether the visitor agreed to the consent text."""
        return bool(self.cleaned_data.get("consent"))

    def refuse(self, errors: Iterable[FieldError]) -> None:
        """Say beside the fields what the signal's own schema found."""
        for error in errors:
            name = OF_SIGNAL.get(error.field, error.field.rpartition(".")[2])
            self.add_error(name if name in self.fields else None, error.message)

    def payload(self, ticket: Ticket) -> dict[str, Any]:
        """The signal that the valid form stands for, the same for each time that it is sent."""
        given, definition = self.cleaned_data, self.definition
        return {
            "signal_id": ticket.signal_id,
            "type": definition.signal_type_id,
            "person": {"email": given["email"], **_known(given, PERSON_FIELDS)},
            "company": _company(_known(given, COMPANY_FIELDS)),
            "visitor_id": ticket.visitor_id,
            "utm": dict(ticket.utm),
            "url": ticket.url,
            "referrer": ticket.referrer,
            "self_reported_source": given.get("heard", ""),
            "consent": self._consent(),
            "answers": self._answers(),
            "properties": {"form": definition.slug},
        }

    def _answers(self) -> dict[str, str]:
        given = {
            part.name: self.cleaned_data[f"answer_{part.name}"] for part in self.definition.asked_questions
        }
        return {name: answer for name, answer in given.items() if answer}

    def _consent(self) -> dict[str, Any]:
        if not self.agreed:
            return {}
        definition = self.definition
        return {"basis": OPT_IN, "text": definition.consent_text, "version": definition.consent_version}


def _known(given: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: given[name] for name in names if given.get(name) not in (None, "")}


def _company(given: dict[str, Any]) -> dict[str, Any]:
    return {"name" if name == "company" else name: value for name, value in given.items()}


def _field(part: Part) -> forms.Field:
    make: dict[str, Callable[..., forms.Field]] = {
        "email": forms.EmailField,
        "country": _country,
        "employees": _employees,
    }
    field = make.get(part.name, _line(part.name))(
        label=part.text or LABELS[part.name], required=part.required
    )
    if part.name in AUTOFILL:
        field.widget.attrs["autocomplete"] = AUTOFILL[part.name]
    return field


def _line(name: str) -> Callable[..., forms.Field]:
    def make(**options: Any) -> forms.Field:
        return forms.CharField(max_length=LENGTHS.get(name, LONGEST_ANSWER), **options)

    return make


def _country(**options: Any) -> forms.Field:
    named = sorted(((code, country_name(code)) for code in COUNTRIES), key=lambda pair: pair[1])
    return forms.ChoiceField(choices=[CHOOSE, *named], **options)


def _employees(**options: Any) -> forms.Field:
    told = dict.fromkeys(("invalid", "min_value", "max_value"), _("Give a whole number, such as 250."))
    return forms.IntegerField(min_value=0, max_value=10**7, error_messages=told, **options)


def _question(part: Part) -> forms.Field:
    if part.choices:
        return _choice(part.text, part.choices, required=part.required)
    area = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=part.text, required=part.required, max_length=LONGEST_ANSWER, widget=area)


def _choice(label: Any, options: Iterable[str], *, required: bool) -> forms.Field:
    return forms.ChoiceField(
        label=label, required=required, choices=[CHOOSE, *((each, each) for each in options)]
    )


def _consent(definition: HostedForm) -> forms.Field:
    told = {"required": _("Tick this to go on.")}
    return forms.BooleanField(
        label=definition.consent_text, required=definition.consent_required, error_messages=told
    )


def _say_what_is_missing(fields: Iterable[forms.Field]) -> None:
    """A form without scripts is told by the server: each message says what to do."""
    for field in fields:
        if field.required and not isinstance(field, forms.BooleanField):
            field.error_messages["required"] = _("Please fill this in.")
