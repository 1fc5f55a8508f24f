"""Nurture for marketing: who is in which track, what is due and why; as CSV for the system that sends (QU-16)."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leads import parameters
from leads.access import CONFIGURATION_READERS, only
from leads.concurrent_edits import EditedMeanwhile
from leads.conflict import overtaken
from leads.form_fields import whole_number
from leads.models import Lead, Role, SignalType
from leads.viewer import viewer
from reports.csv_export import lines
from revops import day_keyset
from routing import nurture
from routing.models import NurturePlacement, NurtureTrack
from routing.models.nurture import PlacementQuerySet

A_PAGE = 100
MARKETING = (Role.MARKETER, Role.OPS)
HEADER = ("E-mail", "First name", "Last name", "Company", "Track", "Next step", "Due on", "Why", "Lead")


class TrackForm(forms.Form):
    """The rule of a track, and what marketing does next."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    signal_types = forms.ModelMultipleChoiceField(
        label=gettext_lazy("What they did"),
        queryset=SignalType.objects.order_by("label"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: anything at all."),
    )
    at_least = whole_number(gettext_lazy("At least so many times"), 1, 50)
    window_days = whole_number(gettext_lazy("Within the last days"), 1, 365)
    silent_days = whole_number(
        gettext_lazy("After so many days of silence"),
        0,
        365,
        help_text=gettext_lazy("0: it does not matter."),
    )
    next_step = forms.CharField(label=gettext_lazy("What marketing does next"), max_length=200)
    every_days = whole_number(gettext_lazy("Again after days"), 7, 14)

    def __init__(self, data: Any = None, *, track: NurtureTrack) -> None:
        super().__init__(data, initial={**nurture.values_of(track), "seen": nurture.edition_of(track)})

    @property
    def values(self) -> dict[str, object]:
        """What a valid form says about the track."""
        given = {name: self.cleaned_data[name] for name in nurture.EDITED}
        return {**given, "signal_types": sorted(each.pk for each in given["signal_types"])}


@require_safe
@only(*CONFIGURATION_READERS)
def nurture_page(request: HttpRequest) -> HttpResponse:
    """Who is in a track, the next touch first."""
    today, track = timezone.localdate(), _track(request)
    found = _found(request, track)
    at = day_keyset.place(request.GET.get("before", ""), request.GET.get("after", ""))
    by_day = found.select_related("lead__account", "track").annotate(day=F("next_touch_on"))
    page = day_keyset.page(by_day, at, size=A_PAGE, descending=False)
    context = {
        "rows": page.rows,
        "before_url": _beyond(track, "before", page.before),
        "after_url": _beyond(track, "after", page.after),
        "tracks": _counted(request),
        "track": track,
        "today": today,
        "due": found.due(today).count(),
        "may_touch": viewer(request).role in MARKETING,
    }
    return render(request, "revops/nurture.html", context)


@require_safe
@only(*CONFIGURATION_READERS)
def due_csv(request: HttpRequest) -> StreamingHttpResponse:
    """What is due, for the system that sends."""
    found = _read(_found(request, _track(request)).due(timezone.localdate()))
    response = StreamingHttpResponse(lines(HEADER, _cells(found)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="nurture-due.csv"'
    return response


@require_POST
@only(*MARKETING)
def touched(request: HttpRequest) -> HttpResponse:
    """What is due of the track, or of all, has been sent."""
    code = request.POST.get("track", "")
    track = NurtureTrack.objects.filter(code=code[:40].replace("\x00", "")).first()
    found = nurture.placements().filter(track=track) if track else nurture.placements()
    count = nurture.touched(found, by=viewer(request), now=timezone.now())
    said = ngettext("%(count)d lead is marked as touched.", "%(count)d leads are marked as touched.", count)
    messages.success(request, said % {"count": count})
    return redirect(f"{reverse('nurture')}{f'?track={track.code}' if track else ''}")


@require_http_methods(["GET", "HEAD", "POST"])
@only(*MARKETING)
def edit_track(request: HttpRequest, track_id: int) -> HttpResponse:
    """One track's rule and rhythm."""
    track = get_object_or_404(NurtureTrack, pk=track_id)
    form = TrackForm(request.POST if request.method == "POST" else None, track=track)
    if request.method == "POST" and form.is_valid():
        try:
            seen = form.cleaned_data["seen"]
            nurture.edit(track, form.values, seen=seen, by=viewer(request), now=timezone.now())
        except EditedMeanwhile:
            return _conflict(request, form, track)
        else:
            messages.success(
                request,
                _("“%(name)s”: saved. Who is in it is looked at anew within the hour.") % {"name": track},
            )
            return redirect("nurture")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "revops/nurture_edit.html", {"form": form, "track": track}, status=status)


def _conflict(request: HttpRequest, form: TrackForm, track: NurtureTrack) -> HttpResponse:
    """409: what was typed beside the track as it stands now."""
    fresh = TrackForm(track=NurtureTrack.objects.get(pk=track.pk))
    title = _("Somebody saved “%(name)s” while you were editing.") % {"name": fresh.initial["name"]}
    return overtaken(request, form, fresh, title=title, back=reverse("nurture-track-edit", args=[track.pk]))


def _track(request: HttpRequest) -> NurtureTrack | None:
    code = parameters.words(request, "track", longest=40)
    return NurtureTrack.objects.filter(code=code).first() if code else None


def _beyond(track: NurtureTrack | None, way: str, mark: str) -> str:
    """The address of the page before or after this one; '' where there is none."""
    asked = {"track": track.code} if track else {}
    return f"{reverse('nurture')}?{urlencode({**asked, way: mark})}#who" if mark else ""


def _found(request: HttpRequest, track: NurtureTrack | None) -> PlacementQuerySet:
    """Those that the viewer may see."""
    found = nurture.placements().filter(lead__in=Lead.objects.visible_to(viewer(request)))
    return found.filter(track=track) if track else found


def _read(found: PlacementQuerySet) -> PlacementQuerySet:
    return found.select_related("lead__account", "track").order_by("next_touch_on", "pk")


def _counted(request: HttpRequest) -> list[NurtureTrack]:
    """Every track in the order of the rules, with `what` counts, how many are in it (`size`) and are `due`."""
    counted = {
        row["track"]: row
        for row in _found(request, None)
        .values("track")
        .annotate(size=Count("pk"), due=Count("pk", filter=Q(next_touch_on__lte=timezone.localdate())))
        .order_by()
    }
    tracks = list(NurtureTrack.objects.order_by("position"))
    labels = dict(SignalType.objects.values_list("code", "label"))
    for track in tracks:
        track.what = ", ".join(labels.get(code, code) for code in track.signal_types)  # type: ignore[attr-defined]
        row = counted.get(track.pk, {"size": 0, "due": 0})
        track.size, track.due = row["size"], row["due"]  # type: ignore[attr-defined]
    return tracks


def _cells(found: PlacementQuerySet) -> Iterator[tuple[str, ...]]:
    for row in found.iterator(chunk_size=500):
        yield _line(row)


def _line(row: NurturePlacement) -> tuple[str, ...]:
    lead = row.lead
    return (
        lead.email,
        lead.first_name,
        lead.last_name,
        lead.account.name if lead.account else "",
        row.track.name,
        row.track.next_step,
        row.next_touch_on.isoformat(),
        row.because,
        str(lead.pk),
    )
