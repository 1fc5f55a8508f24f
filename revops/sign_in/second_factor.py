"""The second factor: asked for where it is set up, demanded of roles that a setting names, kept encrypted (PF-2)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads import sealing
from leads.models import User

CHECKED = "second_factor_is_set_up"
OPEN_WITHOUT = frozenset(
    {
        "mfa_activate_totp",
        "mfa_reauthenticate",
        "account_reauthenticate",
        "logout",
        "set-theme",
    }
)
"""What somebody may open who has yet to set up a second factor that their role demands."""


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps secrets encrypted, and keeps the factor of whoever must have one."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy(
            "That code is not right, or no longer. Enter the one that the app shows now."
        ),
    }

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not demanded_of(authenticator.user)


class CodeStage(AuthenticateStage):  # type: ignore[misc]
    """Between the password and the code: it ends with the password that was given, as a session does."""

    def handle(self) -> tuple[HttpResponse | None, bool]:
        self.state["proof"] = self.login.user.get_session_auth_hash()
        answer: tuple[HttpResponse | None, bool] = super().handle()
        return answer

    def holds(self) -> bool:
        """Whether the person may sign in, and nothing that ends their sessions happened since the password."""
        user, proof = self.login.user, self.state.get("proof", "")
        proofs = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
        return user.is_active and any(constant_time_compare(proof, each) for each in proofs)


class CodeView(AuthenticateView):  # type: ignore[misc]
    """Asks for the code while the stage holds; no code is looked at after."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer: HttpResponse = super().get(request, *args, **kwargs) if self.stage.holds() else self._end()
        return answer

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer: HttpResponse = super().post(request, *args, **kwargs) if self.stage.holds() else self._end()
        return answer

    def _end(self) -> HttpResponse:
        messages.error(self.request, _("How you sign in was changed meanwhile. Begin again."))
        answer: HttpResponse = self.stage.abort()
        return answer


class SecondFactorMiddleware:
    """Leads whoever must set up a second factor to where they do; everything else waits until then."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, *args: Any) -> HttpResponse | None:
        if not settings.SECOND_FACTOR_ROLES or not getattr(view, "login_required", True):
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in OPEN_WITHOUT or not _is_missing(request):
            return None
        return redirect("mfa_activate_totp")


def use_up(user: User, code: str) -> bool:
    """Whether the code that was right had not been given before; remembered for as long as it would be right again.

    Allauth remembers one period (RFC 6238 §5.2), while a code holds in those beside it too.
    """
    key = f"second_factor.used?user={user.pk}&code={normalize_user_code(code)}"
    periods = 2 * mfa_settings.TOTP_TOLERANCE + 1
    return cache.add(key, "y", timeout=periods * mfa_settings.TOTP_PERIOD)


def demanded_of(user: User) -> bool:
    """Whether the setting names the person's role."""
    return user.role in settings.SECOND_FACTOR_ROLES


def is_set_up(user: User) -> bool:
    """Whether the person is asked for a code."""
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def _is_missing(request: HttpRequest) -> bool:
    """Asked of the database until it is there; a session that found it once remembers.

    Whoever came in by single sign-on has answered to the provider, which may have asked for more than a password.
    """
    user = request.user
    if not isinstance(user, User) or not demanded_of(user) or request.session.get(CHECKED):
        return False
    by_provider = any(each["method"] == "socialaccount" for each in get_authentication_records(request, user))
    if not by_provider and not is_set_up(user):
        return True
    request.session[CHECKED] = True
    return False


def renewed(encrypted_text: str) -> str:
    """The same under the first secret key, itself where it is already; raises CannotOpen."""
    return sealing.renewed_by(_keys(), encrypted_text)


def _box() -> MultiFernet:
    """Made of the secret key; earlier ones still open what they closed."""
    return MultiFernet(_keys())


def _keys() -> list[Fernet]:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(b"baton second factor " + key.encode()).digest() for key in keys]
    return [Fernet(base64.urlsafe_b64encode(each)) for each in digests]
