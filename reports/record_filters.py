"""Reads what a reader asks of the compliance pages and of the lists behind the numbers of every report."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from leads.models import User
from reports import compliance, handoff_records, records
from reports.domain.compliance import State
from reports.filters import USUAL, ReportFilter
from reports.handoff_records import HandoffState
from reports.keyset import Cursor, NotACursor
from routing.models import ClockKind, RejectionReason
from routing.models.clock import ClockQuerySet
from routing.models.handoff import HandoffQuerySet

STATES = (
    ("", _("Every clock")),
    (State.MET.value, _("Met")),
    (State.BREACHED.value, _("Breached")),
    (State.OVERDUE.value, _("Open breaches")),
    (State.RUNNING.value, _("Running")),
    (State.AT_RISK.value, _("At risk")),
    (State.DECIDED.value, _("Met or breached")),
    (State.STOPPED.value, _("Stopped")),
)
NEWEST, EARLIEST_DUE = "newest", "due"
SORTS = ((NEWEST, _("Newest first")), (EARLIEST_DUE, _("Earliest due first")))


HANDOFFS = (
    (HandoffState.CAPTURED.value, _("Captured in the period")),
    (HandoffState.CONTACTED.value, _("Contacted")),
    (HandoffState.IN_TIME.value, _("Contacted within target")),
    (HandoffState.LATE.value, _("Contacted later")),
    (HandoffState.WAITING.value, _("Waiting for a contact")),
    (HandoffState.ASSIGNED.value, _("Assigned")),
    (HandoffState.TOUCHED.value, _("Assigned and contacted")),
    (HandoffState.DECIDED.value, _("Decided in the period")),
    (HandoffState.ACCEPTED.value, _("Accepted in the period")),
    (HandoffState.REJECTED.value, _("Rejected in the period")),
    (HandoffState.LAPSED.value, _("Lapsed in the period")),
    (HandoffState.INCOMPLETE.value, _("With incomplete data")),
    (HandoffState.SECOND_LOOK.value, _("Second looks given in the period")),
    (HandoffState.TAKEN_AT_SECOND_LOOK.value, _("Taken at a second look in the period")),
)


class ComplianceFilter(ReportFilter):
    """What the compliance page shows."""

    usual: ClassVar[dict[str, str]] = {**USUAL, "kind": ClockKind.FIRST_RESPONSE.value}

    kind = forms.ChoiceField(
        label=_("Clock"), choices=ClockKind.choices, required=False, widget=forms.HiddenInput
    )


class ListFilter(ReportFilter):
    """Where in a list a reader is."""

    cursor: Cursor | None = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        try:
            self.cursor = self._read_cursor()
        except NotACursor as error:
            message = _("The place in the list cannot be read. Go back to its beginning.")
            raise ValidationError(message) from error
        return cleaned

    def _read_cursor(self) -> Cursor | None:
        for name in ("before", "after"):
            if text := self.data.get(name):
                return Cursor.parse(text, backwards=name == "before")
        return None


class RecordsFilter(ListFilter, ComplianceFilter):
    """What the list behind the numbers shows, in which order, and from where on."""

    usual: ClassVar[dict[str, str]] = {**ComplianceFilter.usual, "sort": NEWEST}

    state = forms.ChoiceField(label=_("Clocks"), choices=STATES, required=False)
    sort = forms.ChoiceField(label=_("Order"), choices=SORTS, required=False)
    field_order = ("state", "sort")

    def chosen(self, *, now: datetime) -> ClockQuerySet:
        """The clocks asked for, as they stand at `now`, with what a record shows of them."""
        state = State(self.cleaned_data["state"]) if self.cleaned_data["state"] else None
        return records.in_state(compliance.selected(self.selection, user=self.user), state, now=now)

    @property
    def state_label(self) -> str:
        """Which clocks are listed, in words."""
        return str(dict(STATES)[self.cleaned_data["state"]])

    @property
    def listing(self) -> dict[str, str]:
        """The part of the address that chooses among the selection's clocks and orders them, without the usual."""
        asked = {"state": self.cleaned_data["state"], "sort": self.cleaned_data["sort"]}
        return {name: value for name, value in asked.items() if value and value != self.usual.get(name)}

    @property
    def is_newest_first(self) -> bool:
        """True for the newest first, False for the earliest due first."""
        return bool(self.cleaned_data["sort"] == NEWEST)


class HandoffFilter(ListFilter):
    """Which hand-offs are listed."""

    usual: ClassVar[dict[str, str]] = {**USUAL, "state": HandoffState.CAPTURED.value}

    state = forms.ChoiceField(label=_("Hand-offs"), choices=HANDOFFS, required=False)
    reason = forms.ChoiceField(label=_("Reason"), required=False)
    field_order = ("state", "reason")

    def __init__(self, asked: QueryDict, *, user: User, now: datetime) -> None:
        super().__init__(asked, user=user, now=now)
        reasons = RejectionReason.objects.order_by("position").values_list("code", "label")
        field = cast("forms.ChoiceField", self.fields["reason"])
        field.choices = [("", _("Every reason")), *reasons]

    def chosen(self) -> HandoffQuerySet:
        """The hand-offs asked for, with what a record shows of them."""
        reason = self.cleaned_data["reason"]
        return handoff_records.selected(self.selection, self.listed, user=self.user, reason=reason)

    @property
    def listed(self) -> HandoffState:
        """Which hand-offs are listed; a reason asks for those rejected for it."""
        if self.cleaned_data["reason"]:
            return HandoffState.REJECTED
        return HandoffState(self.cleaned_data["state"] or HandoffState.CAPTURED)

    @property
    def state_label(self) -> str:
        """The same in words."""
        return str(dict(HANDOFFS)[self.listed.value])

    @property
    def listing(self) -> dict[str, str]:
        """The part of the address that chooses among the hand-offs, without what is not asked."""
        asked = {"state": self.listed.value, "reason": self.cleaned_data["reason"]}
        return {name: value for name, value in asked.items() if value}
