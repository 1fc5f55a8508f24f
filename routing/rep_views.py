"""The pages of the reps: who can receive what, one rep's settings, and when they are out."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leads.access import CONFIGURATION_READERS, only
from leads.concurrent_edits import EditedMeanwhile
from leads.conflict import overtaken
from leads.models import Role
from leads.viewer import viewer
from routing import roster, successions
from routing.forms.reps import AbsenceForm, LeaveForm, RepForm
from routing.models import Absence, Rep
from routing.successions import Covered, Left
from routing.workloads import workloads

UNPROCESSABLE = 422


@require_safe
@only(*CONFIGURATION_READERS)
def reps(request: HttpRequest) -> HttpResponse:
    """Every rep that the viewer may know of, with their load."""
    user = viewer(request)
    listed = roster.visible_to(user).order_by("-is_active", "user__team__name", "user__name")
    context = {
        "workloads": workloads(listed, now=timezone.now()),
        "may_edit": bool(roster.editable_by(user)),
    }
    return render(request, "routing/reps.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OPS, Role.MANAGER)
def edit_rep(request: HttpRequest, rep_id: int) -> HttpResponse:
    """A rep's settings, as far as the editor's role goes."""
    rep = _rep(request, rep_id)
    editable = roster.editable_by(viewer(request))
    form = RepForm(request.POST if request.method == "POST" else None, rep=rep, editable=editable)
    if request.method != "POST" or not form.is_valid():
        return _page(request, rep, form=form)
    try:
        roster.edit(rep, form.changes, seen=form.cleaned_data["seen"], by=viewer(request), now=timezone.now())
    except EditedMeanwhile:
        return _conflict(request, rep, form)
    except roster.BackupCircle as circle:
        form.add_error("backup", str(circle))
        return _page(request, rep, form=form)
    messages.success(request, _("%(rep)s: saved.") % {"rep": rep})
    return redirect("reps")


@require_POST
@only(Role.OPS, Role.MANAGER)
def add_absence(request: HttpRequest, rep_id: int) -> HttpResponse:
    """Say when the rep is out."""
    rep = _rep(request, rep_id)
    form = AbsenceForm(request.POST, zone=_zone(rep))
    if not form.is_valid():
        return _page(request, rep, absence_form=form)
    try:
        covered = successions.announce(rep, **form.span, by=viewer(request), now=timezone.now())
    except roster.AbsenceRefused as refused:
        form.add_error("ends_at", str(refused))
        return _page(request, rep, absence_form=form)
    back = f"{timezone.localtime(form.span['ends_at']):%-d %B %Y, %H:%M}"
    messages.success(request, _("%(rep)s is out until %(back)s.") % {"rep": rep, "back": back})
    if covered.moved or covered.paused:
        messages.info(request, covered_in_words(covered))
    return redirect("rep-edit", rep.pk)


@require_POST
@only(Role.OPS, Role.MANAGER)
def end_absence(request: HttpRequest, rep_id: int, absence_id: int) -> HttpResponse:
    """Bring the rep back early, or take out an absence that has not begun."""
    rep = _rep(request, rep_id)
    absence = get_object_or_404(Absence, pk=absence_id, rep=rep)
    successions.come_back(absence, by=viewer(request), now=timezone.now())
    messages.success(request, _("That absence of %(rep)s is off.") % {"rep": rep})
    return redirect("rep-edit", rep.pk)


@require_POST
@only(Role.OPS)
def leave(request: HttpRequest, rep_id: int) -> HttpResponse:
    """The rep leaves the company: all open work goes to others in one go."""
    rep = _rep(request, rep_id)
    form = LeaveForm(request.POST, rep=rep)
    if not form.is_valid():
        return _page(request, rep, leave_form=form)
    heir = form.cleaned_data["successor"]
    left = successions.leave(
        rep, by=viewer(request), now=timezone.now(), successor=heir.user if heir else None
    )
    text = _("%(rep)s can no longer sign in or receive leads; %(passed)s.")
    messages.success(request, text % {"rep": rep, "passed": left_in_words(left)})
    return redirect("reps")


def left_in_words(left: Left) -> str:
    """What went to others when somebody left; companies and deals only where there were any."""
    told = [
        ngettext("%(n)s lead went to somebody else", "%(n)s leads went to others", left.leads)
        % {"n": left.leads}
    ]
    if left.accounts:
        told.append(ngettext("%(n)s company", "%(n)s companies", left.accounts) % {"n": left.accounts})
    if left.deals:
        told.append(
            ngettext("%(n)s open opportunity", "%(n)s open opportunities", left.deals) % {"n": left.deals}
        )
    return ", ".join(told)


def covered_in_words(covered: Covered) -> str:
    """What became of the due leads of somebody who is out."""
    passed = ngettext(
        "%(moved)s due lead went to somebody else", "%(moved)s due leads went to others", covered.moved
    ) % {"moved": covered.moved}
    stands = ngettext(
        "%(paused)s stands still until then, for nobody else could take it",
        "%(paused)s stand still until then, for nobody else could take them",
        covered.paused,
    ) % {"paused": covered.paused}
    return f"{passed}; {stands}." if covered.paused else f"{passed}."


def _rep(request: HttpRequest, rep_id: int) -> Rep:
    """The rep, if the viewer may know of them and change something."""
    user = viewer(request)
    rep = get_object_or_404(roster.visible_to(user), pk=rep_id)
    if not roster.editable_by(user):
        raise PermissionDenied
    return rep


def _page(
    request: HttpRequest,
    rep: Rep,
    *,
    form: RepForm | None = None,
    absence_form: AbsenceForm | None = None,
    leave_form: LeaveForm | None = None,
) -> HttpResponse:
    """The rep's page; with errors where one of the forms was sent."""
    now = timezone.now()
    refused = any(each is not None and each.is_bound for each in (form, absence_form, leave_form))
    context = {
        "rep": rep,
        "zone": _zone(rep),
        "form": form or RepForm(rep=rep, editable=roster.editable_by(viewer(request))),
        "absence_form": absence_form or AbsenceForm(zone=_zone(rep)),
        "leave_form": leave_form or LeaveForm(rep=rep),
        "may_let_go": viewer(request).is_ops and rep.user.is_active,
        "absences": rep.absences.filter(ends_at__gt=now).order_by("starts_at"),
        "now": now,
    }
    return render(request, "routing/reps_edit.html", context, status=UNPROCESSABLE if refused else 200)


def _zone(rep: Rep) -> str:
    return rep.time_zone or rep.user.time_zone


def _conflict(request: HttpRequest, rep: Rep, form: RepForm) -> HttpResponse:
    fresh = RepForm(rep=Rep.objects.select_related("user").get(pk=rep.pk), editable=form.changes)
    title = _("Somebody saved %(rep)s while you were editing.") % {"rep": rep}
    return overtaken(request, form, fresh, title=title, back=reverse("rep-edit", args=[rep.pk]))
