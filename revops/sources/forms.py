"""The forms of senders: what a source may do, its keys and webhook secrets, and keys that read."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads import sources
from leads.concurrent_edits import edition
from leads.domain import csv_mapping, json_body, standard_webhooks
from leads.domain.csv_mapping import InvalidMapping
from leads.domain.json_body import NotReadable
from leads.domain.standard_webhooks import BadSecret
from leads.form_fields import whole_number
from leads.intake import no_such_type
from leads.models import ReadKey, SignalType, Source, User
from leads.models.source import USUAL_RATE
from leads.sources import Wanted

LONGEST_MAPPING = 20_000
NAME = RegexValidator(
    r"\A[A-Za-z0-9][A-Za-z0-9._-]*\Z",
    gettext_lazy("Use letters, digits, dots, underscores and hyphens: the name stands in an address."),
)


class SourceForm(forms.Form):
    """A source; its name is for good, because what it sent is known by it."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=60, validators=[NAME])
    allowed_types = forms.MultipleChoiceField(
        label=gettext_lazy("What it may send"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: every type of signal."),
    )
    signals_per_minute = whole_number(
        gettext_lazy("Signals a minute"),
        1,
        1_000_000,
        initial=USUAL_RATE,
        help_text=gettext_lazy("More than that are refused until the minute is over."),
    )
    mapping = forms.CharField(
        label=gettext_lazy("How its webhooks are read"),
        required=False,
        max_length=LONGEST_MAPPING,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "JSON: fields of a signal from paths of the body, such as "
            '{"fields": {"type": "form_submit", "person.email": "{data.email}"}, "key": "{id}"}. '
            "Empty: the body is a signal already."
        ),
    )

    def __init__(self, data: Any = None, *, source: Source | None = None) -> None:
        super().__init__(data, initial=_initial(source) if source else None, label_suffix="")
        types = SignalType.objects.order_by("label").values_list("code", "label")
        self.fields["allowed_types"].choices = list(types)  # type: ignore[attr-defined]
        if source is not None:
            del self.fields["name"]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if Source.objects.filter(name=name).exists():
            raise forms.ValidationError(_("There is a source of this name already."))
        return name

    def clean_mapping(self) -> dict[str, Any] | None:
        written = self.cleaned_data["mapping"].strip()
        if not written:
            return None
        try:
            mapping: dict[str, Any] = json_body.read(written.encode("utf-8", "surrogatepass"))
            told = csv_mapping.parse(mapping).fields["type"]
        except (NotReadable, InvalidMapping) as error:
            raise forms.ValidationError(str(error)) from None
        if not csv_mapping.columns_in(told) and not SignalType.objects.filter(code=told).exists():
            raise forms.ValidationError(no_such_type(told[:40]))
        return mapping

    @property
    def wanted(self) -> Wanted:
        """What a valid form asks for."""
        given = self.cleaned_data
        return Wanted(given["allowed_types"], given["signals_per_minute"], given["mapping"])


class KeyForm(forms.Form):
    """A new key of a source."""

    name = forms.CharField(
        label=gettext_lazy("Where it will be used"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Such as “web server”, so that you know later which to revoke."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, label_suffix="", auto_id="key_%s")


class SecretForm(forms.Form):
    """A secret that webhooks are signed with."""

    secret = forms.CharField(
        label=gettext_lazy("The sender’s secret"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy(
            "As the sender shows it: it begins with whsec_. Empty: a new one is made for you to give them."
        ),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, label_suffix="", auto_id="secret_%s")

    def clean_secret(self) -> str:
        secret: str = self.cleaned_data["secret"].strip()
        try:
            if secret:
                standard_webhooks.key_of(secret)
        except BadSecret as error:
            raise forms.ValidationError(str(error)) from None
        return secret


class ReadKeyForm(forms.Form):
    """A new key that reads."""

    name = forms.CharField(label=gettext_lazy("What for"), max_length=60)
    person = forms.ModelChoiceField(
        label=gettext_lazy("It sees what this person sees"),
        queryset=User.objects.none(),
        empty_label=gettext_lazy("Choose a person"),
        help_text=gettext_lazy("The key ends when the person leaves."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("It may read"),
        choices=ReadKey.Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one.")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        self.fields["person"].queryset = User.objects.filter(is_active=True).order_by("name")  # type: ignore[attr-defined]


def _initial(source: Source) -> dict[str, Any]:
    shown = sources.shown(source)
    written = "" if source.mapping is None else json.dumps(source.mapping, indent=2, ensure_ascii=False)
    return {**shown, "mapping": written, "seen": edition(shown)}
