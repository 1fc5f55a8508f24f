"""The audit's page: who changed what of the operating model, when, from what to what; searched, and as CSV (PF-3)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from leads.access import only
from leads.models import AuditEntry, Role, User
from reports import csv_export, keyset
from reports.keyset import Cursor, NotACursor, Order

A_PAGE = 50
NEWEST = Order("at", descending=True)
PAGES = {
    "person": "person",
    "scorecard": "scorecard",
    "rules": "rules-version",
    "lead": "lead",
    "account": "account",
}
HEADER = ("at", "who", "from", "action", "subject", "what", "before", "after")


class AuditFilter(forms.Form):
    """What to look for."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=200, widget=forms.SearchInput)
    who = forms.ModelChoiceField(
        label=gettext_lazy("By"),
        required=False,
        queryset=User.objects.none(),
        empty_label=gettext_lazy("Anybody"),
    )
    since = forms.DateField(
        label=gettext_lazy("Since"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        whoever = AuditEntry.objects.filter(actor__isnull=False).values("actor")
        self.fields["who"].queryset = User.objects.filter(pk__in=whoever).order_by("name")  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Line:
    """One change as it is read on the page."""

    at: datetime
    who: str
    came_from: str
    text: str
    subject: str
    url: str
    before: str
    after: str


@require_safe
@only(Role.OPS)
def audit_page(request: HttpRequest) -> HttpResponse:
    """The changes that were asked for, the newest first, a page at a time."""
    form = AuditFilter(request.GET)
    page = keyset.page(_asked_for(form), NEWEST, cursor=_place(request), size=A_PAGE)
    context = {
        "form": form,
        "lines": [_line(entry) for entry in page.rows],
        "newer_url": _address(request, before=page.before) if page.before else "",
        "older_url": _address(request, after=page.after) if page.after else "",
        "csv_url": f"{reverse('audit-csv')}?{request.GET.urlencode()}",
        "reset_url": reverse("audit") if request.GET else "",
        "since_monday_url": f"{request.path}?since={_monday():%Y-%m-%d}",
        "empty": None if page.rows else _empty(is_filtered=bool(request.GET)),
    }
    return render(request, "revops/audit.html", context)


@require_safe
@only(Role.OPS)
def audit_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same changes as a file, all of them."""
    entries = _asked_for(AuditFilter(request.GET)).order_by(*NEWEST.terms(backwards=False))
    lines = csv_export.lines(HEADER, _cells(entries))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return answer


def _monday() -> date:
    """The Monday of this week, where the viewer is."""
    today = timezone.localdate()
    return today - timedelta(days=today.weekday())


def _asked_for(form: AuditFilter) -> Any:
    """The entries that pass the filter; a filter that cannot be read finds nothing, and says why at its field."""
    entries = AuditEntry.objects.select_related("actor")
    if not form.is_valid():
        return entries.none()
    asked = form.cleaned_data
    for word in asked["q"].split():
        entries = entries.filter(text__icontains=word)
    if asked["who"]:
        entries = entries.filter(actor=asked["who"])
    if asked["since"]:
        midnight = datetime.combine(asked["since"], datetime.min.time(), timezone.get_current_timezone())
        entries = entries.filter(at__gte=midnight)
    return entries


def _line(entry: AuditEntry) -> Line:
    kind, _sep, number = entry.subject.partition(":")
    page = PAGES.get(kind)
    return Line(
        at=entry.at,
        who=str(entry.actor or entry.job),
        came_from=entry.came_from or "",
        text=entry.text,
        subject=entry.subject.replace(":", " "),
        url=reverse(page, args=[int(number)]) if page and number.isdecimal() else "",
        before=_values(entry.before),
        after=_values(entry.after),
    )


def _values(values: Any) -> str:
    return "" if values is None else json.dumps(values, indent=2, ensure_ascii=False, sort_keys=True)


def _cells(entries: Any) -> Iterator[tuple[str, ...]]:
    for entry in entries.iterator(chunk_size=1000):
        line = _line(entry)
        when = timezone.localtime(line.at).isoformat(timespec="seconds")
        yield when, line.who, line.came_from, entry.action, entry.subject, line.text, line.before, line.after


def _place(request: HttpRequest) -> Cursor | None:
    """Where in the list the address is; at its beginning for one that marks no place."""
    for name in ("before", "after"):
        try:
            return Cursor.parse(request.GET.get(name, ""), backwards=name == "before")
        except NotACursor:
            continue
    return None


def _address(request: HttpRequest, **place: str) -> str:
    """The address of the same list at another place."""
    query = request.GET.copy()
    for name in ("before", "after"):
        query.pop(name, None)
    query.update(place)
    return f"{request.path}?{query.urlencode()}"


def _empty(*, is_filtered: bool) -> dict[str, Any]:
    if is_filtered:
        link = {"label": _("Show everything"), "url": reverse("audit")}
        return {"title": _("No change matches"), "text": _("Try fewer words."), "links": [link]}
    text = _("Whatever somebody changes of the operating model is written down here.")
    return {"title": _("Nothing has been changed yet"), "text": text, "links": []}
