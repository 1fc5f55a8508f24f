"""The pages of the rejection reasons: the list in the order that reps see, one reason, retire and restore."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leads.access import CONFIGURATION_READERS, only
from leads.concurrent_edits import EditedMeanwhile
from leads.conflict import overtaken
from leads.models import Role
from leads.viewer import viewer
from routing import rejection_reasons
from routing.forms.reasons import ReasonForm
from routing.models import RejectionReason

PLACES = {"up": -1, "down": 1}
UNPROCESSABLE = 422


@require_safe
@only(*CONFIGURATION_READERS)
def reasons(request: HttpRequest) -> HttpResponse:
    """Every reason: those in use in the reps' order, then those retired."""
    rows = list(RejectionReason.objects.order_by("position", "pk"))
    context = {
        "active": [row for row in rows if row.is_active],
        "retired": [row for row in rows if not row.is_active],
        "may_edit": viewer(request).is_ops,
    }
    return render(request, "routing/reasons.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OPS)
def add_reason(request: HttpRequest) -> HttpResponse:
    """A new reason at the end of the list."""
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form)
    try:
        reason = rejection_reasons.add(form.values, by=viewer(request), now=timezone.now())
    except rejection_reasons.LabelTaken:
        return _taken(request, form)
    messages.success(request, _("“%(label)s” can be chosen from now on.") % {"label": reason.label})
    return redirect("reasons")


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OPS)
def edit_reason(request: HttpRequest, reason_id: int) -> HttpResponse:
    """What a reason is called and does."""
    reason = get_object_or_404(RejectionReason, pk=reason_id)
    form = ReasonForm(request.POST if request.method == "POST" else None, reason=reason)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, reason)
    seen = form.cleaned_data["seen"]
    try:
        rejection_reasons.edit(reason, form.values, seen=seen, by=viewer(request), now=timezone.now())
    except EditedMeanwhile:
        return _conflict(request, form, reason)
    except rejection_reasons.LabelTaken:
        return _taken(request, form, reason)
    messages.success(request, _("“%(label)s”: saved.") % {"label": form.values["label"]})
    return redirect("reasons")


@require_POST
@only(Role.OPS)
def move_reason(request: HttpRequest, reason_id: int) -> HttpResponse:
    """One place up or down in the reps' list."""
    reason = get_object_or_404(RejectionReason, pk=reason_id)
    places = PLACES.get(request.POST.get("direction", ""), 0)
    rejection_reasons.move(reason, places=places, by=viewer(request), now=timezone.now())
    return redirect("reasons")


@require_POST
@only(Role.OPS)
def retire_reason(request: HttpRequest, reason_id: int) -> HttpResponse:
    """Offer it no more."""
    reason = get_object_or_404(RejectionReason, pk=reason_id)
    try:
        rejection_reasons.retire(reason, by=viewer(request), now=timezone.now())
    except rejection_reasons.LastActive:
        messages.error(
            request, _("Rejecting needs a reason, and this is the last one in use. Add another first.")
        )
        return redirect("reasons")
    messages.success(
        request, _("“%(label)s” is retired. It can be restored below.") % {"label": reason.label}
    )
    return redirect("reasons")


@require_POST
@only(Role.OPS)
def restore_reason(request: HttpRequest, reason_id: int) -> HttpResponse:
    """Offer it again."""
    reason = get_object_or_404(RejectionReason, pk=reason_id)
    rejection_reasons.restore(reason, by=viewer(request), now=timezone.now())
    messages.success(request, _("“%(label)s” can be chosen again.") % {"label": reason.label})
    return redirect("reasons")


def _page(request: HttpRequest, form: ReasonForm, reason: RejectionReason | None = None) -> HttpResponse:
    context = {"form": form, "reason": reason}
    return render(
        request, "routing/reasons_edit.html", context, status=UNPROCESSABLE if form.is_bound else 200
    )


def _taken(request: HttpRequest, form: ReasonForm, reason: RejectionReason | None = None) -> HttpResponse:
    form.add_error("label", _("There is a reason of this name already."))
    return _page(request, form, reason)


def _conflict(request: HttpRequest, form: ReasonForm, reason: RejectionReason) -> HttpResponse:
    fresh = ReasonForm(reason=RejectionReason.objects.get(pk=reason.pk))
    title = _("Somebody saved “%(label)s” while you were editing.") % {"label": fresh.initial["label"]}
    return overtaken(request, form, fresh, title=title, back=reverse("reason-edit", args=[reason.pk]))
