"""The pages where people decide who is there twice: one person or two, and back again (IN-8)."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from leads import duplicates
from leads.access import only
from leads.duplicates import AlreadyDecided
from leads.lifecycle import CannotBeReinstated
from leads.merging import CannotMerge
from leads.models import DuplicateProposal, Role, User
from leads.viewer import viewer
from revops.duplicates import merging as duplicate_merging
from revops.duplicates import page as duplicate_page
from revops.duplicates.page import DECIDERS


@require_safe
@only(*DECIDERS)
def duplicate_list(request: HttpRequest) -> HttpResponse:
    """The pairs to decide, the likeliest first, and what was decided lately."""
    return render(request, "revops/duplicates.html", duplicate_page.list_context(viewer(request)))


@require_safe
@only(*DECIDERS)
def duplicate(request: HttpRequest, pair_id: int) -> HttpResponse:
    """Two leads side by side."""
    user = viewer(request)
    proposal = get_object_or_404(duplicate_page.visible(user), pk=pair_id)
    return render(request, "revops/duplicate.html", duplicate_page.pair_context(proposal, viewer=user))


@require_POST
@only(*DECIDERS)
def merge(request: HttpRequest, pair_id: int) -> HttpResponse:
    """They are one person: the one that is named in `keep` answers for both."""
    user = viewer(request)
    proposal = get_object_or_404(duplicate_page.visible(user), pk=pair_id)
    leads = {str(lead.pk): lead for lead in (proposal.one, proposal.other)}
    keep = leads.get(request.POST.get("keep", ""))
    if keep is None:
        raise BadRequest("Name which of the two is kept.")
    try:
        duplicates.merge(proposal, keep=keep, by=user, now=timezone.now(), carry_out=duplicate_merging.merge)
    except (CannotMerge, AlreadyDecided) as refused:
        messages.warning(request, str(refused))
        return redirect("duplicate", pair_id)
    other = proposal.other if keep == proposal.one else proposal.one
    names = {"other": other.email or other.name, "kept": keep.email or keep.name}
    messages.info(request, _("%(other)s is merged into %(kept)s.") % names)
    return _onward(proposal, user)


@require_POST
@only(*DECIDERS)
def keep_apart(request: HttpRequest, pair_id: int) -> HttpResponse:
    """They are two people, and nobody is asked again."""
    user = viewer(request)
    proposal = get_object_or_404(duplicate_page.visible(user), pk=pair_id)
    try:
        duplicates.keep_apart(proposal, by=user, now=timezone.now())
    except AlreadyDecided as refused:
        messages.warning(request, str(refused))
        return redirect("duplicate", pair_id)
    messages.info(request, _("Kept apart: the two are not proposed again."))
    return _onward(proposal, user)


@require_POST
@only(Role.OPS)
def take_apart(request: HttpRequest, pair_id: int) -> HttpResponse:
    """Undo the merge; the one that was merged goes back to marketing with its own touches."""
    proposal = get_object_or_404(duplicate_page.visible(viewer(request)), pk=pair_id)
    reason = request.POST.get("reason", "").replace("\x00", "")[:500]
    try:
        duplicates.take_apart(proposal, by=viewer(request), now=timezone.now(), reason=reason)
    except (CannotMerge, CannotBeReinstated) as refused:
        messages.warning(request, str(refused))
    else:
        messages.info(request, _("The two are two people again, each with their own touches."))
    return redirect("duplicate", pair_id)


@require_POST
@only(*DECIDERS)
def ask_again(request: HttpRequest, pair_id: int) -> HttpResponse:
    """Take back that the two are two people."""
    proposal = get_object_or_404(duplicate_page.visible(viewer(request)), pk=pair_id)
    duplicates.ask_again(proposal, by=viewer(request), now=timezone.now())
    return redirect("duplicate", pair_id)


def _onward(proposal: DuplicateProposal, user: User) -> HttpResponse:
    """To the pair that comes next, or to the list when none is left."""
    following = duplicate_page.next_after(proposal, viewer=user)
    return redirect("duplicate", following.pk) if following else redirect("duplicates")
