"""What revenue operations do with a source: switch it, give it keys and secrets, end them; and keys that read."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from leads import api_keys, read_keys, sources, webhook_secrets
from leads.access import only
from leads.models import ApiKey, ReadKey, Role, Source, WebhookSecret
from leads.viewer import viewer
from revops.sources.forms import KeyForm, ReadKeyForm, SecretForm
from revops.sources.views import UNPROCESSABLE, of_source


@require_POST
@only(Role.OPS)
def switch(request: HttpRequest, source_id: int) -> HttpResponse:
    """On or off, at once."""
    source = get_object_or_404(Source, pk=source_id)
    is_active = request.POST.get("on") == "yes"
    sources.switch(source, is_active=is_active, by=viewer(request), now=timezone.now())
    return redirect("source", source_id)


@require_POST
@only(Role.OPS)
@never_cache
def issue_key(request: HttpRequest, source_id: int) -> HttpResponse:
    """A new key, shown in the answer and never again."""
    source, form = get_object_or_404(Source, pk=source_id), KeyForm(request.POST)
    if not form.is_valid():
        return of_source(request, source, key_form=form)
    name = form.cleaned_data["name"]
    key = api_keys.issue(source.name, name=name, by=viewer(request), now=timezone.now())
    heading = _("A key of “%(name)s”") % {"name": source.name}
    return _shown_once(request, heading, key, back=reverse("source", args=[source_id]))


@require_POST
@only(Role.OPS)
def revoke_key(request: HttpRequest, key_id: int) -> HttpResponse:
    """End a key for good."""
    key = get_object_or_404(ApiKey.objects.select_related("source"), pk=key_id)
    api_keys.revoke(key, by=viewer(request), now=timezone.now())
    messages.success(request, _("Key %(prefix)s… is revoked.") % {"prefix": key.prefix})
    return redirect("source", key.source_id)


@require_POST
@only(Role.OPS)
@never_cache
def add_secret(request: HttpRequest, source_id: int) -> HttpResponse:
    """One more secret; the sender's own is not shown, a new one is, this once."""
    source, form = get_object_or_404(Source, pk=source_id), SecretForm(request.POST)
    if not form.is_valid():
        return of_source(request, source, secret_form=form)
    given = form.cleaned_data["secret"]
    secret = webhook_secrets.add(source, given, by=viewer(request), now=timezone.now())
    back = reverse("source", args=[source_id])
    if given:
        messages.success(request, _("The secret is kept, sealed."))
        return redirect(back)
    heading = _("A webhook secret of “%(name)s”") % {"name": source.name}
    return _shown_once(request, heading, secret, back=back)


@require_POST
@only(Role.OPS)
def revoke_secret(request: HttpRequest, secret_id: int) -> HttpResponse:
    """End a secret for good."""
    secret = get_object_or_404(WebhookSecret.objects.select_related("source"), pk=secret_id)
    webhook_secrets.revoke(secret, by=viewer(request), now=timezone.now())
    messages.success(request, _("The secret is revoked."))
    return redirect("source", secret.source_id)


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OPS)
@never_cache
def read_key_list(request: HttpRequest) -> HttpResponse:
    """Every key that reads, and the form for a new one, which is shown this once."""
    form = ReadKeyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        key = read_keys.issue(
            asked["person"],
            name=asked["name"],
            scopes=asked["scopes"],
            by=viewer(request),
            now=timezone.now(),
        )
        heading = _("The read key “%(name)s”") % {"name": asked["name"]}
        return _shown_once(request, heading, key, back=reverse("read-keys"))
    rows = ReadKey.objects.select_related("person").order_by("revoked_at", "-id")
    context = {"form": form, "rows": [(row, _scopes(row)) for row in rows]}
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "revops/read_keys.html", context, status=status)


@require_POST
@only(Role.OPS)
def revoke_read_key(request: HttpRequest, key_id: int) -> HttpResponse:
    """End a key that reads for good."""
    key = get_object_or_404(ReadKey.objects.select_related("person"), pk=key_id)
    read_keys.revoke(key, by=viewer(request), now=timezone.now())
    messages.success(request, _("Key %(prefix)s… is revoked.") % {"prefix": key.prefix})
    return redirect("read-keys")


def _scopes(key: ReadKey) -> list[str]:
    return [ReadKey.Scope(scope).label for scope in key.scopes]


def _shown_once(request: HttpRequest, heading: str, secret: str, *, back: str) -> HttpResponse:
    context = {"heading": heading, "secret": secret, "back": back}
    return render(request, "revops/shown_once.html", context)
