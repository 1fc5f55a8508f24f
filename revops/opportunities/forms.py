"""The forms of one opportunity: its terms, and why it was lost."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from leads import opportunities
from leads.models import LossReason, Opportunity, Role, User
from leads.opportunities import LONGEST_NOTE, Terms
from revops.lead_page.meeting_forms import TermsForm


class DealForm(TermsForm):
    """What is expected of the deal; managers and operations also say whose it is."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    owner = forms.ModelChoiceField(
        label=_("Owner"),
        queryset=User.objects.none(),
        empty_label=None,
        error_messages={"invalid_choice": _("Choose one of the account executives.")},
    )

    def __init__(self, data: Any = None, *, deal: Opportunity, user: User) -> None:
        super().__init__(data)
        self.deal = deal
        stored = {"amount": deal.amount, "close_on": deal.close_on, "owner": deal.owner_id}
        self.initial = {**stored, "seen": opportunities.edition_of(deal)}
        if user.role in (Role.MANAGER, Role.OPS):
            executives = Q(role=Role.AE, is_active=True) | Q(pk=deal.owner_id)
            field = cast("forms.ModelChoiceField[User]", self.fields["owner"])
            field.queryset = User.objects.filter(executives).order_by("name")
        else:
            del self.fields["owner"]

    @property
    def deal_terms(self) -> Terms:
        """What a valid form says."""
        given = self.cleaned_data
        owner = given.get("owner") or cast("User", self.deal.owner)
        return Terms(given["amount"], given["close_on"], owner)


class LostForm(forms.Form):
    """Why the deal was lost: a reason that is in use, and what there is to say beside it."""

    reason = forms.ModelChoiceField(
        label=_("Why it was lost"),
        queryset=LossReason.objects.none(),
        to_field_name="code",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a reason."),
            "invalid_choice": _("That reason is not in use any more. Choose another one."),
        },
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="lost-%s")
        field = cast("forms.ModelChoiceField[LossReason]", self.fields["reason"])
        field.queryset = LossReason.objects.filter(is_active=True).order_by("position", "pk")
