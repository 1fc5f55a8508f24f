"""The pages of enrichment, for revenue operations: providers, one with its last answers, whom we believe (IN-9)."""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leads import audit, enrichment, enrichment_setup, parameters
from leads.access import only
from leads.concurrent_edits import EditedMeanwhile
from leads.conflict import overtaken
from leads.enrichment_setup import Loaded
from leads.imports import UnreadableFile
from leads.models import EnrichmentProvider, Role
from leads.viewer import viewer
from revops.enrichment import page as enrichment_page
from revops.enrichment.forms import OrderForm, ProviderForm

UNPROCESSABLE = 422
KINDS = {kind.lower(): kind for kind in EnrichmentProvider.Kind.values}


@require_safe
@only(Role.OPS)
def enrichment_home(request: HttpRequest) -> HttpResponse:
    """Every provider, and where sources differ."""
    before = parameters.whole_number(request, "before")
    found, older = enrichment_page.differences(before=before)
    context = {
        "rows": enrichment_page.rows(now=timezone.now()),
        "differences": found,
        "newer_url": request.path if before else "",
        "older_url": f"{request.path}?before={found[-1].conflict.pk}" if older else "",
    }
    return render(request, "revops/enrichment.html", context)


@require_safe
@only(Role.OPS)
def provider_page(request: HttpRequest, provider_id: int) -> HttpResponse:
    """One provider: how it stands and what it said last."""
    provider = get_object_or_404(EnrichmentProvider, pk=provider_id)
    context = {
        "provider": provider,
        "standing": enrichment_page.standing(provider, now=timezone.now()),
        "lines": enrichment_page.log(provider),
        "changes": audit.of(f"enrichment:{provider.pk}")[:10],
    }
    return render(request, "revops/enrichment_provider.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OPS)
def add(request: HttpRequest, way: str) -> HttpResponse:
    """A new provider, by the way it is asked: "table" or "http"."""
    if way not in KINDS:
        raise Http404
    form = ProviderForm(*_sent(request), kind=KINDS[way])
    if request.method != "POST" or not form.is_valid():
        return _form(request, form)
    try:
        with transaction.atomic():
            made = enrichment_setup.create(form.wanted, by=viewer(request), now=timezone.now())
            _load(request, made, form)
    except UnreadableFile as refused:
        form.add_error("table", str(refused))
        return _form(request, form)
    return redirect("enrichment-provider", made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OPS)
def edit(request: HttpRequest, provider_id: int) -> HttpResponse:
    """What a provider is called and how it is asked; a new file takes the place of its table."""
    provider = get_object_or_404(EnrichmentProvider, pk=provider_id)
    form = ProviderForm(*_sent(request), kind=provider.kind, provider=provider)
    if request.method != "POST" or not form.is_valid():
        return _form(request, form)
    seen = form.cleaned_data["seen"]
    try:
        with transaction.atomic():
            enrichment_setup.change(provider, form.wanted, seen=seen, by=viewer(request), now=timezone.now())
            _load(request, provider, form)
    except EditedMeanwhile:
        return _conflict(request, form, provider)
    except UnreadableFile as refused:
        form.add_error("table", str(refused))
        return _form(request, form)
    return redirect("enrichment-provider", provider_id)


@require_POST
@only(Role.OPS)
def switch(request: HttpRequest, provider_id: int) -> HttpResponse:
    """Ask it, or ask it no more."""
    provider = get_object_or_404(EnrichmentProvider, pk=provider_id)
    is_on = request.POST.get("on") == "yes"
    enrichment_setup.switch(provider, is_on=is_on, by=viewer(request), now=timezone.now())
    return redirect("enrichment-provider", provider_id)


@require_POST
@only(Role.OPS)
def run_now(request: HttpRequest, provider_id: int) -> HttpResponse:
    """Let the next sweep ask about every company again."""
    provider = get_object_or_404(EnrichmentProvider, pk=provider_id)
    again = enrichment.run_now(provider, by=viewer(request), now=timezone.now())
    told = ngettext("%(n)s company is asked about again", "%(n)s companies are asked about again", again)
    messages.success(
        request, told % {"n": f"{again:,}"} + _(", and all that are new; it begins within a minute.")
    )
    return redirect("enrichment-provider", provider_id)


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OPS)
def order(request: HttpRequest) -> HttpResponse:
    """Whom we believe about each fact."""
    form = OrderForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        status = UNPROCESSABLE if form.is_bound else 200
        return render(request, "revops/enrichment_order.html", {"form": form}, status=status)
    by, now = viewer(request), timezone.now()
    with transaction.atomic():
        enrichment_setup.order_facts(form.orders, by=by, now=now)
        for source, origin in form.origins:
            enrichment_setup.set_origin(source, origin, by=by, now=now)
    messages.success(request, _("Saved. It holds for what is told from now on."))
    return redirect("enrichment")


def _sent(request: HttpRequest) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _load(request: HttpRequest, provider: EnrichmentProvider, form: ProviderForm) -> None:
    """Take the file, where there is one, and say what came of it."""
    if not (file := form.cleaned_data.get("table")):
        return
    with NamedTemporaryFile(suffix=".csv") as kept:
        for chunk in file.chunks():
            kept.write(chunk)
        kept.flush()
        loaded = enrichment_setup.load_table(
            provider, Path(kept.name), called=file.name, by=viewer(request), now=timezone.now()
        )
    messages.success(request, _told(loaded))


def _told(loaded: Loaded) -> str:
    told = _("%(n)s companies taken.") % {"n": f"{loaded.taken:,}"}
    if not loaded.passed_over:
        return told
    passed = _("%(n)s rows passed over.") % {"n": f"{loaded.passed_over:,}"}
    return " ".join([told, passed, *loaded.problems])


def _form(request: HttpRequest, form: ProviderForm) -> HttpResponse:
    context = {
        "form": form,
        "provider": form.provider,
        "is_table": form.kind == EnrichmentProvider.Kind.TABLE,
    }
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "revops/enrichment_edit.html", context, status=status)


def _conflict(request: HttpRequest, form: ProviderForm, provider: EnrichmentProvider) -> HttpResponse:
    provider.refresh_from_db()
    fresh = ProviderForm(kind=provider.kind, provider=provider)
    title = _("Somebody saved “%(name)s” while you were editing.") % {"name": provider.name}
    return overtaken(
        request,
        form,
        fresh,
        title=title,
        back=reverse("enrichment-edit", args=[provider.pk]),
        hidden={"url": "", "key": "", "table": None},
    )
