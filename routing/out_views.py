"""The page on which reps say that they are out: what is due goes to others at once, the rest stays (RT-12)."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from leads.access import only
from leads.form_fields import GIVE_A_MOMENT
from leads.models import Role
from leads.viewer import viewer
from routing import roster, successions
from routing.models import Absence, Rep
from routing.rep_views import UNPROCESSABLE, covered_in_words


class OutForm(forms.Form):
    """Until when."""

    ends_at = forms.DateTimeField(
        label=gettext_lazy("I am out until"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages=GIVE_A_MOMENT,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.SDR, Role.AE)
def out(request: HttpRequest) -> HttpResponse:
    """Say until when one is out, from now on."""
    rep, now = _own(request), timezone.now()
    form = OutForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, rep, form, now=now)
    until = form.cleaned_data["ends_at"]
    try:
        covered = successions.announce(rep, starts_at=now, ends_at=until, by=viewer(request), now=now)
    except roster.AbsenceRefused as refused:
        form.add_error("ends_at", str(refused))
        return _page(request, rep, form, now=now)
    back = f"{timezone.localtime(until):%-d %B %Y, %H:%M}"
    messages.success(request, _("You are out until %(back)s.") % {"back": back})
    if covered.moved or covered.paused:
        messages.info(request, covered_in_words(covered))
    return redirect("out")


@require_POST
@only(Role.SDR, Role.AE)
def back(request: HttpRequest) -> HttpResponse:
    """Come back early: new leads arrive again, and what stood still runs on."""
    rep, now = _own(request), timezone.now()
    absence = _present_absence(rep, now=now)
    if absence is not None:
        successions.come_back(absence, by=viewer(request), now=now)
        messages.success(request, _("You are back: new leads reach you again."))
    return redirect("out")


def _own(request: HttpRequest) -> Rep:
    return get_object_or_404(Rep.objects.select_related("user", "backup__user"), user=viewer(request))


def _present_absence(rep: Rep, *, now: datetime) -> Absence | None:
    present = rep.absences.filter(starts_at__lte=now, ends_at__gt=now).select_related("rep__user")
    return present.order_by("-ends_at").first()


def _page(request: HttpRequest, rep: Rep, form: OutForm, *, now: datetime) -> HttpResponse:
    context = {"rep": rep, "form": form, "absence": _present_absence(rep, now=now)}
    return render(request, "routing/out.html", context, status=UNPROCESSABLE if form.errors else 200)
