"""Reads from a form which company another one belongs to: named by its domain or its exact name."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.models import Account

SEVERAL = 2


class GroupForm(forms.Form):
    """The company that owns this one; `seen` is the one that did when the form was shown."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    parent = forms.CharField(
        label=gettext_lazy("Belongs to"),
        required=False,
        max_length=253,
        help_text=gettext_lazy("The domain or the exact name of the company that owns it. Empty: none does."),
    )

    def __init__(self, data: Any = None, *, account: Account) -> None:
        parent = account.parent
        named = (parent.domain or parent.name) if parent else ""
        super().__init__(data, initial={"seen": account.parent_id, "parent": named}, auto_id="group-%s")

    def clean_parent(self) -> Account | None:
        """The one account of that domain or name."""
        given = self.cleaned_data["parent"].strip()
        if not given:
            return None
        by_domain = Account.objects.filter(domain=given.lower()).first()
        if by_domain is not None:
            return by_domain
        named = list(Account.objects.filter(name__iexact=given)[:SEVERAL])
        if not named:
            raise ValidationError(_("No account has this domain or name."))
        if len(named) == SEVERAL:
            raise ValidationError(_("Several accounts have this name. Give the domain."))
        return named[0]
