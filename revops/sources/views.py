"""The pages of senders, for revenue operations: the list, one source with its keys and secrets, its form (IN-4)."""

from __future__ import annotations

from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from leads import sources
from leads.access import only
from leads.concurrent_edits import EditedMeanwhile
from leads.conflict import overtaken
from leads.models import Role, SignalType, Source
from leads.viewer import viewer
from revops.sources import refused
from revops.sources.forms import KeyForm, SecretForm, SourceForm

UNPROCESSABLE = 422
HOLDS = Q(keys__revoked_at__isnull=True, keys__isnull=False)


@require_safe
@only(Role.OPS)
def source_list(request: HttpRequest) -> HttpResponse:
    """Every source: what it may send, when one of its keys was last used, how much of it was refused lately."""
    rows = Source.objects.annotate(
        held=Count("keys", filter=HOLDS, distinct=True),
        signs=Count("secrets", filter=Q(secrets__revoked_at__isnull=True), distinct=True),
        used_at=Max("keys__last_used_at"),
        signed_at=Max("secrets__last_used_at"),
    )
    now = timezone.now()
    counts = refused.counts(now=now)
    context = {
        "rows": [(row, counts.get(row.pk, 0)) for row in rows.order_by("name")],
        **(refused.context(None, now=now) if None in counts else {}),
    }
    return render(request, "revops/sources.html", context)


@require_safe
@only(Role.OPS)
def source_page(request: HttpRequest, source_id: int) -> HttpResponse:
    """One source: what it may do, what was refused of it, its keys, how its webhooks are signed and read."""
    return of_source(request, get_object_or_404(Source, pk=source_id))


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OPS)
def add(request: HttpRequest) -> HttpResponse:
    """A new source."""
    form = SourceForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _form(request, form)
    made = sources.create(form.cleaned_data["name"], form.wanted, by=viewer(request), now=timezone.now())
    return redirect("source", made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OPS)
def edit(request: HttpRequest, source_id: int) -> HttpResponse:
    """What a source may send, how much, and how its webhooks are read."""
    source = get_object_or_404(Source, pk=source_id)
    form = SourceForm(request.POST if request.method == "POST" else None, source=source)
    if request.method != "POST" or not form.is_valid():
        return _form(request, form, source)
    seen = form.cleaned_data["seen"]
    try:
        sources.change(source, form.wanted, seen=seen, by=viewer(request), now=timezone.now())
    except EditedMeanwhile:
        return _conflict(request, form, get_object_or_404(Source, pk=source_id))
    messages.success(request, _("“%(name)s”: saved.") % {"name": source.name})
    return redirect("source", source_id)


def of_source(
    request: HttpRequest,
    source: Source,
    *,
    key_form: KeyForm | None = None,
    secret_form: SecretForm | None = None,
) -> HttpResponse:
    """The page of the source, with a form that was not understood in the place of an empty one."""
    wrong = any(form is not None for form in (key_form, secret_form))
    context = {
        "source": source,
        "types": list(SignalType.objects.filter(code__in=source.allowed_types).order_by("label")),
        "keys": list(source.keys.order_by("revoked_at", "-id")),
        "secrets": list(source.secrets.filter(revoked_at__isnull=True).order_by("-id")),
        "key_form": key_form or KeyForm(),
        "secret_form": secret_form or SecretForm(),
        **refused.context(source, now=timezone.now()),
        "webhook_url": f"{settings.SITE_URL}/api/v1/webhooks/{quote(source.name, safe='')}",
    }
    return render(request, "revops/source.html", context, status=UNPROCESSABLE if wrong else 200)


def _form(request: HttpRequest, form: SourceForm, source: Source | None = None) -> HttpResponse:
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "revops/source_edit.html", {"form": form, "source": source}, status=status)


def _conflict(request: HttpRequest, form: SourceForm, source: Source) -> HttpResponse:
    fresh = SourceForm(source=source)
    title = _("Somebody saved “%(name)s” while you were editing.") % {"name": source.name}
    return overtaken(request, form, fresh, title=title, back=reverse("source-edit", args=[source.pk]))
