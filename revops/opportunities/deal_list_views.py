"""The pages of the lists that operations keeps for opportunities: their stages, and the reasons for a loss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leads import deal_lists
from leads.access import CONFIGURATION_READERS, only
from leads.concurrent_edits import EditedMeanwhile
from leads.conflict import overtaken
from leads.deal_lists import Entry, LabelReserved, LabelTaken
from leads.form_fields import whole_number
from leads.models import LossReason, OpportunityStage, Role
from leads.viewer import viewer

LABEL_REFUSED = {
    LabelTaken: gettext_lazy("There is one of this name already."),
    LabelReserved: gettext_lazy(
        "The list of opportunities asks for Open, Won, Lost and All by these names. Choose another one."
    ),
}
PLACES = {"up": -1, "down": 1}


@dataclass(frozen=True)
class Listing:
    """One of the lists, and its words."""

    kind: str
    model: type[Entry]
    heading: str
    lede: str
    add: str
    retired: str


def listings() -> dict[str, Listing]:
    """Both lists, by the name that addresses use."""
    return {
        "stages": Listing(
            "stages",
            OpportunityStage,
            _("Stages of the sale"),
            _("An opportunity begins at the first. The share says how many that stand there are won."),
            _("Add a stage"),
            _("No opportunity can be put there any more."),
        ),
        "reasons": Listing(
            "reasons",
            LossReason,
            _("Reasons for a loss"),
            _("Closing an opportunity as lost needs one of these, in this order."),
            _("Add a reason"),
            _("Nobody can choose these any more; opportunities that were lost for them keep them."),
        ),
    }


class EntryForm(forms.Form):
    """What an entry is called and, for a stage, the share that is won."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    label = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    probability = whole_number(gettext_lazy("Won, of a hundred that stand here"), 0, 100)

    def __init__(self, data: Any = None, *, model: type[Entry], entry: Entry | None = None) -> None:
        stored = deal_lists.values_of(entry) if entry else {}
        edition = deal_lists.edition_of(entry) if entry else ""
        super().__init__(data, initial={**stored, "seen": edition})
        if model is LossReason:
            del self.fields["probability"]

    @property
    def values(self) -> dict[str, Any]:
        """What a valid form says about the entry."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


@require_safe
@only(*CONFIGURATION_READERS)
def lists(request: HttpRequest) -> HttpResponse:
    """Both lists: what is in use in its order, then what is retired."""
    shown = []
    for listing in listings().values():
        rows = list(listing.model.objects.order_by("position", "pk"))
        shown.append(
            {
                "listing": listing,
                "active": [row for row in rows if row.is_active],
                "off": [row for row in rows if not row.is_active],
            }
        )
    return render(request, "revops/deal_lists.html", {"lists": shown, "may_edit": viewer(request).is_ops})


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OPS)
def add(request: HttpRequest, kind: str) -> HttpResponse:
    """A new entry at the end of its list."""
    listing = _listing(kind)
    form = EntryForm(request.POST if request.method == "POST" else None, model=listing.model)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, listing)
    try:
        deal_lists.add(listing.model, form.values, by=viewer(request), now=timezone.now())
    except (LabelTaken, LabelReserved) as refused:
        return _label_refused(request, form, listing, why=refused)
    return redirect("deal-lists")


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OPS)
def edit(request: HttpRequest, kind: str, entry_id: int) -> HttpResponse:
    """What an entry is called; what somebody else saved meanwhile is shown beside."""
    listing = _listing(kind)
    entry = _entry(listing, entry_id)
    form = EntryForm(request.POST if request.method == "POST" else None, model=listing.model, entry=entry)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, listing, entry=entry)
    try:
        seen = form.cleaned_data["seen"]
        deal_lists.edit(entry, form.values, seen=seen, by=viewer(request), now=timezone.now())
    except EditedMeanwhile:
        return _conflict(request, form, listing, entry=entry)
    except (LabelTaken, LabelReserved) as refused:
        return _label_refused(request, form, listing, entry=entry, why=refused)
    return redirect("deal-lists")


@require_POST
@only(Role.OPS)
def move(request: HttpRequest, kind: str, entry_id: int) -> HttpResponse:
    """One place up or down."""
    places = PLACES.get(request.POST.get("direction", ""), 0)
    entry = _entry(_listing(kind), entry_id)
    deal_lists.move(entry, places=places, by=viewer(request), now=timezone.now())
    return redirect("deal-lists")


@require_POST
@only(Role.OPS)
def retire(request: HttpRequest, kind: str, entry_id: int) -> HttpResponse:
    """Offer it no more."""
    return _change(request, kind, entry_id, change=deal_lists.retire)


@require_POST
@only(Role.OPS)
def restore(request: HttpRequest, kind: str, entry_id: int) -> HttpResponse:
    """Offer it again."""
    return _change(request, kind, entry_id, change=deal_lists.restore)


def _change(request: HttpRequest, kind: str, entry_id: int, *, change: Callable[..., None]) -> HttpResponse:
    entry = _entry(_listing(kind), entry_id)
    try:
        change(entry, by=viewer(request), now=timezone.now())
    except deal_lists.CannotRetire as refused:
        messages.error(request, str(refused))
    return redirect("deal-lists")


def _listing(kind: str) -> Listing:
    try:
        return listings()[kind]
    except KeyError:
        raise Http404 from None


def _entry(listing: Listing, entry_id: int) -> Entry:
    found = listing.model.objects.filter(pk=entry_id).first()
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest, form: EntryForm, listing: Listing, *, entry: Entry | None = None
) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    context = {"form": form, "entry": entry, "listing": listing}
    return render(request, "revops/deal_list_entry.html", context, status=status)


def _label_refused(
    request: HttpRequest,
    form: EntryForm,
    listing: Listing,
    *,
    entry: Entry | None = None,
    why: LabelTaken | LabelReserved,
) -> HttpResponse:
    form.add_error("label", LABEL_REFUSED[type(why)])
    return _page(request, form, listing, entry=entry)


def _conflict(request: HttpRequest, form: EntryForm, listing: Listing, *, entry: Entry) -> HttpResponse:
    fresh = EntryForm(model=listing.model, entry=listing.model.objects.get(pk=entry.pk))
    title = _("Somebody saved “%(label)s” while you were editing.") % {"label": fresh.initial["label"]}
    return overtaken(
        request, form, fresh, title=title, back=reverse("deal-list-edit", args=[listing.kind, entry.pk])
    )
