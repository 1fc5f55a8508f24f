"""The pages of one person's data, for revenue operations: what is held, its export, and its erasure (IN-10)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from leads.access import only
from leads.models import ConsentRecord, Erasure, Lead, Role
from leads.viewer import viewer
from revops.privacy import erasure
from revops.privacy import export as person_export
from revops.privacy.erasure import CannotErase
from revops.privacy.personal_data import person_of

UNPROCESSABLE = 422


class ErasureForm(forms.Form):
    """Why, by what request, and that it is meant."""

    why = forms.ChoiceField(
        label=gettext_lazy("Ground"), choices=Erasure.Why.choices, widget=forms.RadioSelect
    )
    reference = forms.CharField(
        label=gettext_lazy("Number of the request"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("As your register calls it. It is kept, so write no name here."),
    )
    sure = forms.BooleanField(label=gettext_lazy("I know that this cannot be undone"))


@require_safe
@only(Role.OPS)
def beginning(request: HttpRequest) -> HttpResponse:
    """Where the pages of personal data begin: with who is not to be contacted."""
    return redirect("suppressions")


@require_safe
@only(Role.OPS)
@never_cache
def person_page(request: HttpRequest, lead_id: int) -> HttpResponse:
    """What is held of the person, what they said about being contacted, and what can be done."""
    return _page(request, get_object_or_404(Lead, pk=lead_id), ErasureForm())


@require_POST
@only(Role.OPS)
@never_cache
def export(request: HttpRequest, lead_id: int) -> HttpResponseBase:
    """The file, made now and kept nowhere."""
    lead, now = get_object_or_404(Lead, pk=lead_id), timezone.now()
    answer: HttpResponseBase
    if request.POST.get("as") == "csv":
        lines = person_export.as_csv(lead, by=viewer(request), now=now)
        answer, ending = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8"), "csv"
    else:
        document = person_export.as_json(lead, by=viewer(request), now=now)
        answer, ending = HttpResponse(document, content_type="application/json"), "json"
    answer.headers["Content-Disposition"] = f'attachment; filename="person-{lead.pk}.{ending}"'
    return answer


@require_POST
@only(Role.OPS)
def erase(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Have the person erased."""
    lead, form = get_object_or_404(Lead, pk=lead_id), ErasureForm(request.POST)
    if not form.is_valid():
        return _page(request, lead, form, status=UNPROCESSABLE)
    given = form.cleaned_data
    try:
        why = Erasure.Why(given["why"])
        erasure.ask(lead, why, reference=given["reference"], by=viewer(request), now=timezone.now())
    except CannotErase as refused:
        form.add_error(None, str(refused))
        return _page(request, lead, form, status=UNPROCESSABLE)
    messages.info(request, _("The erasure has begun. It is done within a minute or two."))
    return redirect("person-data", lead_id)


def _page(request: HttpRequest, lead: Lead, form: ErasureForm, *, status: int = 200) -> HttpResponse:
    person = person_of(lead)
    found = [{"title": one.title, "count": len(one.rows)} for one in person_export.held(person)]
    context: dict[str, Any] = {
        "lead": lead,
        "others": len(person.leads) - 1,
        "held": found,
        "rows": sum(one["count"] for one in found),
        "said": ConsentRecord.objects.filter(lead__in=person.leads).order_by("-at", "-pk"),
        "erasure": Erasure.objects.filter(lead__in=person.leads).select_related("asked_by").last(),
        "form": form,
    }
    return render(request, "revops/person_data.html", context, status=status)
