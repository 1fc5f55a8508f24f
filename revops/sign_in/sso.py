"""Single sign-on: to the company's provider and back; only a verified address of an allowed domain enters (PF-2)."""

from __future__ import annotations

import logging
import secrets
import time
from dataclasses import asdict
from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from leads import people
from leads.models import ProviderIdentity, Role, User
from revops.sign_in import sso_client
from revops.sign_in.sso_client import Identity, Journey, SsoFailed

UNDER_WAY = "sso"
MOST_SECONDS = 600
logger = logging.getLogger(__name__)


@login_not_required
@never_cache
@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """Go to the provider; the session remembers what must come back."""
    _only_if_set_up()
    journey = Journey.begin()
    try:
        address = sso_client.address(journey, back_to=_back_to())
    except SsoFailed as failed:
        return _refused(request, str(failed))
    then = request.GET.get("next", "")
    safe = then if url_has_allowed_host_and_scheme(then, allowed_hosts=None) else ""
    request.session[UNDER_WAY] = {"journey": asdict(journey), "next": safe, "at": time.time()}
    return redirect(address)


@login_not_required
@never_cache
@require_safe
def answer(request: HttpRequest) -> HttpResponse:
    """Back from the provider: sign in whom it names, if Baton knows them."""
    _only_if_set_up()
    under_way = request.session.pop(UNDER_WAY, None)
    try:
        found = _identity(request, under_way)
    except SsoFailed as failed:
        return _refused(request, str(failed))
    user = _person(found)
    if user is None or not user.is_active:
        return _unknown(request)
    record_authentication(request, user, "socialaccount", provider=settings.SSO_ISSUER, uid=found.subject)
    login = Login(user=user, redirect_url=under_way["next"] or None)
    response: HttpResponse = perform_login(request, login)
    return response


def _identity(request: HttpRequest, under_way: dict[str, Any] | None) -> Identity:
    """Whom the provider names in answer to this browser's own question; raises SsoFailed."""
    if not under_way or time.time() - under_way["at"] > MOST_SECONDS:
        raise SsoFailed("this browser had not asked")
    journey = Journey(**under_way["journey"])
    if not secrets.compare_digest(request.GET.get("state", "").encode(), journey.state.encode()):
        raise SsoFailed("this browser had asked something else")
    code = request.GET.get("code", "")
    if not code:
        raise SsoFailed(f"the provider answers {request.GET.get('error', 'without a code')[:80]!r}")
    return sso_client.identity(code, journey, back_to=_back_to())


def _person(found: Identity) -> User | None:
    """Whoever was linked before, or else has the verified address, or else is new where new people may come."""
    known = ProviderIdentity.objects.filter(issuer=settings.SSO_ISSUER, subject=found.subject)
    if linked := known.select_related("user").first():
        return linked.user
    if found.email.rpartition("@")[2].lower() not in settings.SSO_DOMAINS:
        return None
    user = User.objects.filter(email__iexact=found.email).first() or _newcomer(found)
    if user is not None and user.is_active:
        people.link(user, issuer=settings.SSO_ISSUER, subject=found.subject, now=timezone.now())
    return user


def _newcomer(found: Identity) -> User | None:
    if not settings.SSO_NEW_PEOPLE:
        return None
    try:
        return people.add(
            found.email,
            name=found.name[:150],
            role=Role.VIEWER,
            team=None,
            time_zone=settings.ORGANISATION_TIME_ZONE,
            by=people.BY_PROVIDER,
            now=timezone.now(),
        )
    except IntegrityError:  # the same person came twice at once
        return User.objects.filter(email__iexact=found.email).first()


def _refused(request: HttpRequest, why: str) -> HttpResponse:
    logger.warning("single sign-on failed: %s", why)
    messages.error(request, _("The sign-in did not work. Try once more, or use your password."))
    return redirect("account_login")


def _unknown(request: HttpRequest) -> HttpResponse:
    logger.warning("single sign-on: nobody in Baton has that account")
    messages.error(request, _("Baton does not know that account. Ask revenue operations to add you."))
    return redirect("account_login")


def _only_if_set_up() -> None:
    if not settings.SSO_ISSUER:
        raise Http404


def _back_to() -> str:
    return f"{settings.SITE_URL}{reverse('sso-answer')}"
