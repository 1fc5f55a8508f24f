"""The forms of webhooks: an endpoint of the organisation, and a person's own address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads import webhooks
from leads.concurrent_edits import edition
from leads.domain import addresses
from leads.domain.addresses import NotAllowed
from leads.domain.events import CHOOSABLE, EventKind
from leads.models import Team, WebhookEndpoint
from leads.outgoing import usual_policy
from leads.webhooks import Wanted

EVENTS = {
    EventKind.STAGE_CHANGED: gettext_lazy("A lead changes its stage"),
    EventKind.ASSIGNED: gettext_lazy("A hand-off is assigned, or waits for anybody"),
    EventKind.ACCEPTED: gettext_lazy("A hand-off is accepted"),
    EventKind.REJECTED: gettext_lazy("A hand-off is rejected"),
    EventKind.LAPSED: gettext_lazy("A hand-off lapses"),
    EventKind.BREACHED: gettext_lazy("A promise is missed"),
    EventKind.TAKEN_BACK: gettext_lazy("A decision is taken back"),
}


def event_label(kind: str) -> Any:
    """How an event is called on pages; a test, and a person's own news, as what they are."""
    for event, label in EVENTS.items():
        if event == kind:
            return label
    return _("Test message") if kind == "test" else _("News")


class AddressField(forms.CharField):
    """An address that Baton may call, or the sentence that says why it may not."""

    def __init__(self, **options: Any) -> None:
        widget = forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"})
        super().__init__(max_length=addresses.LONGEST, widget=widget, **options)

    def clean(self, value: Any) -> str:
        """The address as it was given."""
        given: str = super().clean(value)
        try:
            if given:
                addresses.read(self.called(given), usual_policy())
        except NotAllowed as refused:
            raise forms.ValidationError(str(refused)) from None
        return given

    def called(self, given: str) -> str:
        """The address as it is called, by what was given."""
        return given


class EndpointForm(forms.Form):
    """What an endpoint is: its address is never shown again, for it often holds a secret itself."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    url = AddressField(label=gettext_lazy("Address"))
    format = forms.ChoiceField(
        label=gettext_lazy("What is sent"),
        choices=WebhookEndpoint.Format.choices,
        help_text=gettext_lazy("Baton JSON for programs; Slack-compatible for a channel that people read."),
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Events"),
        choices=[(kind.value, EVENTS[kind]) for kind in CHOOSABLE],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one event.")},
    )
    team = forms.ModelChoiceField(
        label=gettext_lazy("Team"),
        queryset=Team.objects.order_by("name"),
        required=False,
        empty_label=gettext_lazy("All teams"),
        help_text=gettext_lazy("Only events of this team’s leads."),
    )

    def __init__(self, data: Any = None, *, endpoint: WebhookEndpoint | None = None) -> None:
        initial: dict[str, Any] = {"kinds": [kind.value for kind in CHOOSABLE]}
        if endpoint is not None:
            names = ("name", "format", "kinds", "team")
            initial = {name: getattr(endpoint, name) for name in names}
            initial["seen"] = edition(webhooks.shown(endpoint))
        super().__init__(data, initial=initial, label_suffix="")
        if endpoint is not None:
            self.fields["url"].required = False
            host = {"host": endpoint.host}
            self.fields["url"].help_text = _("Leave it empty to keep the one at %(host)s.") % host

    @property
    def wanted(self) -> Wanted:
        """What a valid form asks for."""
        given = self.cleaned_data
        return Wanted(given["name"], given["url"], given["format"], given["kinds"], given["team"])


class OwnWebhookForm(forms.Form):
    """A person's own address."""

    url = AddressField(
        label=gettext_lazy("Address"),
        help_text=gettext_lazy("An incoming webhook of Slack, or of a tool that understands the same."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, label_suffix="", auto_id="webhook_%s")
