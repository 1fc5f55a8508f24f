"""The forms of enrichment: a provider, its table, and whom we believe about each fact (IN-9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads import enrichment_setup, fact_providers
from leads.domain.precedence import OF_BOTH, OF_COMPANIES, OF_PEOPLE, ORDERED, Origin
from leads.enrichment_setup import Wanted
from leads.fact_origins import every_order
from leads.form_fields import number, whole_number
from leads.models import EnrichmentProvider, Source
from revops.webhooks.forms import AddressField

Kind = EnrichmentProvider.Kind
FACT_LABELS = {
    "industry": gettext_lazy("Industry"),
    "employees": gettext_lazy("Employees"),
    "country": gettext_lazy("Country"),
    "growth_stage": gettext_lazy("Growth stage"),
    "annual_revenue": gettext_lazy("Annual revenue"),
    "technologies": gettext_lazy("Technologies"),
    "budget": gettext_lazy("Budget"),
    "region": gettext_lazy("Region"),
    "postal_code": gettext_lazy("Post code"),
}
PERSON_LABELS = {
    "first_name": gettext_lazy("First name"),
    "last_name": gettext_lazy("Last name"),
    "title": gettext_lazy("Title"),
    "phone": gettext_lazy("Telephone"),
    **{place: FACT_LABELS[place] for place in OF_BOTH},
}
LABELS = {**FACT_LABELS, **PERSON_LABELS}
GROUPS = (
    (gettext_lazy("Of companies"), OF_COMPANIES),
    (gettext_lazy("Of companies and of people"), OF_BOTH),
    (gettext_lazy("Of people"), OF_PEOPLE),
)
ORIGIN_LABELS = {
    Origin.SELF: gettext_lazy("Self-reported"),
    Origin.CRM: gettext_lazy("CRM"),
    Origin.ENRICHMENT: gettext_lazy("Enrichment"),
    Origin.INFERRED: gettext_lazy("Inferred"),
}
ORIGINS = [(origin.value, label) for origin, label in ORIGIN_LABELS.items()]
LARGEST_TABLE = 20 * 1024 * 1024  # bytes; a million rows come by the command


class LookUpField(AddressField):
    """An address that Baton may call, with the place for a company's domain in it."""

    def called(self, given: str) -> str:
        """The address as it is called for a company."""
        return fact_providers.address_for(given, "company.example")


class ProviderForm(forms.Form):
    """What a provider is: a table with its file, or an address with its key, which is never shown again."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    table = forms.FileField(
        label=gettext_lazy("CSV file"),
        required=False,
        help_text=gettext_lazy(
            "With a column “domain”, and columns named after facts: industry, employees, …"
        ),
    )
    url = LookUpField(
        label=gettext_lazy("Address"),
        required=False,
        help_text=gettext_lazy(
            "{domain} in it stands for the company’s domain; without it, ?domain= is added."
        ),
    )
    key = forms.CharField(
        label=gettext_lazy("Key"),
        max_length=500,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Sent as “Authorization: Bearer …”, and never shown again."),
    )
    seconds = number(gettext_lazy("Seconds it may take"), 0.1, 10)
    cache_days = whole_number(gettext_lazy("Days for which an answer holds"), 1, 3650)
    position = whole_number(gettext_lazy("Place in the order of providers"), 1, 99)

    def __init__(
        self, data: Any = None, files: Any = None, *, kind: str, provider: EnrichmentProvider | None = None
    ) -> None:
        super().__init__(data, files, initial=_initial(provider), label_suffix="")
        self.kind, self.provider = kind, provider
        for name in ("url", "key", "seconds") if kind == Kind.TABLE else ("table",):
            del self.fields[name]
        if provider is None:
            self.fields["table" if kind == Kind.TABLE else "url"].required = True
        elif kind == Kind.HTTP:
            self.fields["url"].help_text = _("Leave it empty to keep the one at %(host)s.") % {
                "host": provider.host
            }

    def clean_name(self) -> str:
        """A name that no other provider has: facts are told apart by it."""
        name: str = self.cleaned_data["name"]
        others = EnrichmentProvider.objects.filter(name__iexact=name)
        if others.exclude(pk=self.provider.pk).exists() if self.provider else others.exists():
            raise forms.ValidationError(_("Another provider has this name."))
        return name

    def clean_table(self) -> Any:
        """A file that is not too large for a page."""
        file = self.cleaned_data["table"]
        if file and file.size > LARGEST_TABLE:
            raise forms.ValidationError(_("Files over 20 MB are loaded by the command load_enrichment."))
        return file

    def clean(self) -> dict[str, Any]:
        """The key that is kept is sent to nobody but whom it was entered for."""
        given = super().clean() or self.cleaned_data
        url, kept = given.get("url", ""), self.provider
        if kept and kept.sealed_key and url and not given.get("key") and _server(url) != _server(kept.url):
            told = _("Enter the key again: the one that is kept was entered for %(host)s.")
            self.add_error("key", told % {"host": kept.host})
        return given

    @property
    def wanted(self) -> Wanted:
        """What a valid form asks for."""
        names = ("name", "url", "key", "seconds", "cache_days", "position")
        given = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        return Wanted(kind=self.kind, **given)


class OrderForm(forms.Form):
    """Whom we believe first, second and so on about each fact; and which kind each source is."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        self.sources = list(Source.objects.order_by("name"))
        for fact, order in every_order().items():
            for place, origin in enumerate(order):
                name, label = f"{fact}_{place}", f"{LABELS[fact]}, {place + 1}"
                self.fields[name] = forms.ChoiceField(label=label, choices=ORIGINS, initial=origin.value)
        for source in self.sources:
            self.fields[f"source_{source.pk}"] = forms.ChoiceField(
                label=source.name, choices=ORIGINS, initial=source.origin
            )

    def clean(self) -> dict[str, Any]:
        """Each kind of source has one place."""
        given = super().clean() or self.cleaned_data
        for fact in ORDERED:
            chosen = [given.get(f"{fact}_{place}") for place in range(len(Origin))]
            if len(set(chosen)) < len(chosen):
                told = _("%(fact)s: give each kind of source one place.") % {"fact": LABELS[fact]}
                self.add_error(f"{fact}_0", told)
        return given

    @property
    def groups(self) -> list[tuple[Any, list[tuple[Any, list[forms.BoundField]]]]]:
        """Each group of facts with the places of each fact in it."""
        return [
            (
                title,
                [(LABELS[fact], [self[f"{fact}_{place}"] for place in range(len(Origin))]) for fact in facts],
            )
            for title, facts in GROUPS
        ]

    @property
    def of_sources(self) -> list[forms.BoundField]:
        """Which kind each source is."""
        return [self[f"source_{source.pk}"] for source in self.sources]

    @property
    def orders(self) -> Mapping[str, list[Origin]]:
        """What a valid form decides."""
        given = self.cleaned_data
        return {fact: [Origin(given[f"{fact}_{place}"]) for place in range(len(Origin))] for fact in ORDERED}

    @property
    def origins(self) -> list[tuple[Source, Origin]]:
        """Each source with its kind."""
        return [(source, Origin(self.cleaned_data[f"source_{source.pk}"])) for source in self.sources]


def _server(url: str) -> tuple[str, str]:
    """Whom an address leads to, and whether safely."""
    parts = urlsplit(url.lower())
    return parts.scheme, parts.netloc


def _initial(provider: EnrichmentProvider | None) -> dict[str, Any]:
    if provider is None:
        return {"seconds": 5, "cache_days": 90, "position": 1}
    names = ("name", "seconds", "cache_days", "position")
    return {name: getattr(provider, name) for name in names} | {"seen": enrichment_setup.edition_of(provider)}
