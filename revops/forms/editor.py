"""The editor of a hosted form: its words, what it asks, its consent text, and who may show it (IN-11, IN-12)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads import hosted_forms
from leads.domain.form_parts import FIELDS, FRAMEWORKS, TAKEN, NotASite, Part, read_site
from leads.form_setup import SENDER
from leads.hosted_forms import Wanted
from leads.models import HostedForm, SignalType, Source
from revops.forms.public_form import LABELS

NO, OPTIONAL, REQUIRED = "no", "optional", "required"
ASKED = (
    (NO, gettext_lazy("Not asked")),
    (OPTIONAL, gettext_lazy("Optional")),
    (REQUIRED, gettext_lazy("Required")),
)
QUESTION_LABELS = {
    "situation": gettext_lazy("Situation"),
    "pain": gettext_lazy("Pain"),
    "impact": gettext_lazy("Impact"),
    "critical_event": gettext_lazy("Critical event"),
    "decision": gettext_lazy("Decision"),
    "budget": gettext_lazy("Budget"),
    "authority": gettext_lazy("Authority"),
    "need": gettext_lazy("Need"),
    "timing": gettext_lazy("Timing"),
}
MOST_LINES = 40


class LinesField(forms.CharField):
    """A text of which each line is an entry of at most `longest` characters."""

    def __init__(self, *, longest: int, **options: Any) -> None:
        self.longest = longest
        widget = forms.Textarea(attrs={"rows": 3})
        super().__init__(required=False, widget=widget, **options)

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else "\n".join(value or ())

    def clean(self, value: Any) -> list[str]:
        """The entries, each once."""
        text: str = super().clean(value)
        lines = list(dict.fromkeys(filter(None, map(str.strip, text.splitlines()))))
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(_("Give at most %(n)s lines.") % {"n": MOST_LINES})
        if any(len(line) > self.longest for line in lines):
            raise forms.ValidationError(_("Keep each line under %(n)s characters.") % {"n": self.longest})
        return lines


class SitesField(LinesField):
    """Sites that may show the form in a frame, one a line."""

    def clean(self, value: Any) -> list[str]:
        """The sites as a security policy writes them."""
        try:
            return [read_site(line) for line in super().clean(value)]
        except NotASite as refused:
            raise forms.ValidationError(str(refused)) from None


@dataclass(frozen=True)
class Question:
    """The three controls of one question, under its name."""

    label: Any
    asked: forms.BoundField
    text: forms.BoundField
    choices: forms.BoundField

    @property
    def is_open(self) -> bool:
        """Whether the question is asked, or something about it has to be changed."""
        wrong = self.asked.errors or self.text.errors or self.choices.errors
        return bool(wrong) or self.asked.value() not in (NO, None)


class FormEditor(forms.Form):
    """Everything that operations decide about a form."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("Title"), max_length=100)
    slug = forms.SlugField(
        label=gettext_lazy("Address"),
        max_length=50,
        help_text=gettext_lazy(
            "The last part of the address, in small letters. It stays, for sites show it."
        ),
        error_messages={"invalid": gettext_lazy("Use letters, digits and hyphens: webinar-2026.")},
    )
    intro = forms.CharField(
        label=gettext_lazy("Introduction"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    heard_options = LinesField(
        longest=80,
        label=gettext_lazy("Answers to “How did you hear about us?”"),
        help_text=gettext_lazy("One a line. Without any, it is not asked."),
    )
    consent_text = forms.CharField(
        label=gettext_lazy("Consent text"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Shown beside a tick. Each change of the words makes a new version."),
    )
    consent_required = forms.BooleanField(
        label=gettext_lazy("The form can only be sent with the tick"), required=False
    )
    button = forms.CharField(label=gettext_lazy("Button"), max_length=40)
    thanks = forms.CharField(
        label=gettext_lazy("Thanks, and what happens next"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    source = forms.ModelChoiceField(
        label=gettext_lazy("Source"), queryset=Source.objects.order_by("name"), empty_label=None
    )
    signal_type = forms.ModelChoiceField(
        label=gettext_lazy("Signal"),
        queryset=SignalType.objects.order_by("label"),
        empty_label=None,
        help_text=gettext_lazy("What the submission counts as, with that signal’s points."),
    )
    sites = SitesField(
        longest=200,
        label=gettext_lazy("Sites that may show it in a frame"),
        help_text=gettext_lazy(
            "One a line, as https://www.acme.example. Without any, it can only be linked to."
        ),
    )

    def __init__(self, data: Any = None, *, form: HostedForm | None = None) -> None:
        super().__init__(data, initial=_initial(form), label_suffix="")
        self.form = form
        for name in FIELDS:
            self.fields[f"field_{name}"] = _asked(LABELS[name], always=name == "email")
        for name, label in QUESTION_LABELS.items():
            self.fields[f"ask_{name}"] = _asked(label)
            self.fields[f"text_{name}"] = forms.CharField(
                label=_("The question’s words"), required=False, max_length=300
            )
            self.fields[f"choices_{name}"] = LinesField(
                longest=200,
                label=_("Answers to choose from"),
                help_text=_("One a line. Without any, people write freely."),
            )
        if form is not None:
            self.fields["slug"].disabled = True

    def clean_slug(self) -> str:
        """An address that no page and no other form has."""
        slug: str = self.cleaned_data["slug"].lower()
        if self.form is None and (slug in TAKEN or HostedForm.objects.filter(slug=slug).exists()):
            raise forms.ValidationError(_("This address is taken."))
        return slug

    def clean(self) -> dict[str, Any]:
        """Whoever asks a question says in which words."""
        given = super().clean() or self.cleaned_data
        for name in QUESTION_LABELS:
            if given.get(f"ask_{name}") in (OPTIONAL, REQUIRED) and not given.get(f"text_{name}"):
                self.add_error(f"text_{name}", _("Write the question."))
        return given

    @property
    def asked_fields(self) -> list[forms.BoundField]:
        """The fields of a person and a company, in their order."""
        return [self[f"field_{name}"] for name in FIELDS]

    @property
    def words(self) -> list[forms.BoundField]:
        """What stands above the fields."""
        return [self[name] for name in ("name", "slug", "intro")]

    @property
    def around(self) -> list[forms.BoundField]:
        """What stands under the questions, and what becomes of it all."""
        names = ("heard_options", "consent_text", "consent_required", "button", "thanks")
        return [self[name] for name in (*names, "source", "signal_type", "sites")]

    def frameworks(self) -> Iterator[tuple[str, list[Question]]]:
        """The questions, by framework."""
        for framework, names in FRAMEWORKS.items():
            controls = (
                (name, self[f"ask_{name}"], self[f"text_{name}"], self[f"choices_{name}"]) for name in names
            )
            yield framework, [Question(QUESTION_LABELS[name], *rest) for name, *rest in controls]

    @property
    def wanted(self) -> Wanted:
        """What a valid form asks for."""
        given = self.cleaned_data
        plain = ("slug", "name", "intro", "source", "signal_type", "heard_options", "consent_text")
        more = ("consent_required", "button", "thanks", "sites")
        return Wanted(
            fields=[
                Part(name, required=given[f"field_{name}"] == REQUIRED)
                for name in FIELDS
                if given[f"field_{name}"] != NO
            ],
            questions=[self._question(name) for name in QUESTION_LABELS if given[f"ask_{name}"] != NO],
            **{name: given[name] for name in (*plain, *more)},
        )

    def _question(self, name: str) -> Part:
        given = self.cleaned_data
        required, choices = given[f"ask_{name}"] == REQUIRED, tuple(given[f"choices_{name}"])
        return Part(name, required=required, text=given[f"text_{name}"], choices=choices)


def _asked(label: Any, *, always: bool = False) -> forms.ChoiceField:
    choices = ASKED[2:] if always else ASKED
    return forms.ChoiceField(label=label, choices=choices, initial=REQUIRED if always else NO)


def _initial(form: HostedForm | None) -> dict[str, Any]:
    if form is None:
        return {"button": _("Send"), "source": Source.objects.filter(name=SENDER).first()}
    values = {**hosted_forms.shown(form), "source": form.source_id, "seen": hosted_forms.edition_of(form)}
    for part in form.asked_fields:
        values[f"field_{part.name}"] = REQUIRED if part.required else OPTIONAL
    for part in form.asked_questions:
        values[f"ask_{part.name}"] = REQUIRED if part.required else OPTIONAL
        values[f"text_{part.name}"], values[f"choices_{part.name}"] = part.text, part.choices
    return values
