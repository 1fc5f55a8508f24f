"""The pages of the cadences: what each tier begins, and the editor, whose publish is checked in words (QU-6)."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leads.access import CONFIGURATION_READERS, only
from leads.concurrent_edits import EditedMeanwhile
from leads.models import Role
from leads.viewer import viewer
from routing import cadence_versions, mail_templates
from routing.cadence_versions import CadenceRefused
from routing.forms.cadences import CadenceForm, NotNumbers
from routing.models import Cadence, CadenceStep, MailTemplate


@require_safe
@only(*CONFIGURATION_READERS)
def cadences(request: HttpRequest) -> HttpResponse:
    """What leads of each tier begin, and the texts."""
    found = list(cadence_versions.listed())
    without = [tier for tier in cadence_versions.tiers() if tier not in {each.tier for each in found}]
    context = {
        "cadences": found,
        "without": without,
        "templates": MailTemplate.objects.order_by("name"),
        "worn": mail_templates.worn_phrases(),
        "may_edit": viewer(request).is_ops,
    }
    return render(request, "routing/cadences.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OPS)
def edit_cadence(request: HttpRequest, tier: str) -> HttpResponse:
    """The steps of one tier; publishing makes a new version."""
    stands = _current(tier)
    if request.method != "POST":
        seen = stands.version if stands else 0
        return _page(request, tier, CadenceForm.showing(cadence_versions.draft_of(stands), seen=seen))
    form = CadenceForm.typed(request.POST)
    try:
        made = cadence_versions.publish(
            tier, form.draft(), seen=form.seen, by=viewer(request), now=timezone.now()
        )
    except (CadenceRefused, NotNumbers) as refused:
        return _page(request, tier, form, faults=refused.faults, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except EditedMeanwhile:
        return _overtaken(request, tier, form)
    messages.success(
        request, _("%(cadence)s: new leads begin it; who is in one goes on with theirs.") % {"cadence": made}
    )
    return redirect("cadences")


def _overtaken(request: HttpRequest, tier: str, form: CadenceForm) -> HttpResponse:
    """409: what was typed, to be published in the place of the version that came between."""
    newer = _current(tier)
    seen = newer.version if newer else 0
    said = _(
        "Version %(number)s was published while you were editing. What you typed is still here: "
        "publish it in that one’s place, or cancel and look first."
    )
    faults = [said % {"number": seen}]
    return _page(request, tier, replace(form, seen=seen), faults=faults, status=HTTPStatus.CONFLICT)


@require_POST
@only(Role.OPS)
def rearrange_cadence(request: HttpRequest, tier: str) -> HttpResponse:
    """The form with a step added, moved or removed; nothing is stored by it."""
    _current(tier)
    form = CadenceForm.typed(request.POST).rearranged(request.POST.get("order", ""))
    return _page(request, tier, form)


def _current(tier: str) -> Cadence | None:
    if tier not in cadence_versions.tiers():
        raise Http404
    return cadence_versions.current(tier)


def _page(
    request: HttpRequest,
    tier: str,
    form: CadenceForm,
    *,
    faults: list[str] | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        "tier": tier,
        "form": form,
        "faults": faults or [],
        "channels": CadenceStep.Channel.choices,
        "endings": Cadence.Ending.choices,
        "templates": MailTemplate.objects.filter(is_active=True).order_by("name"),
    }
    return render(request, "routing/cadences_edit.html", context, status=status)
