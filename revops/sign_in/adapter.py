"""Signing in by e-mail and password, each guess counted first: what allauth leaves open is decided here (PF-2)."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.domain.request_origin import client_address
from leads.models import User
from revops.sign_in import guarding, known_devices
from revops.sign_in import mail as sign_in_mail

FRESH_SECONDS = 300
CHANGES: Mapping[str, Any] = {
    "account/email/password_changed": gettext_lazy("Your password was changed"),
    "account/email/password_reset": gettext_lazy("Your password was set anew by a link"),
    "mfa/email/totp_activated": gettext_lazy("An authenticator app was added to your account"),
    "mfa/email/totp_deactivated": gettext_lazy("The authenticator app was removed from your account"),
    "mfa/email/recovery_codes_generated": gettext_lazy("New recovery codes were made for your account"),
}
"""What the owner is told by mail, whoever did it."""

SAID: Mapping[str, Any] = {
    "account/messages/password_changed.txt": gettext_lazy(
        "The new password counts from now on. Everywhere else you are signed out."
    ),
    "mfa/messages/totp_activated.txt": gettext_lazy("From now on you are asked for a code when you sign in."),
    "mfa/messages/totp_deactivated.txt": gettext_lazy("You are no longer asked for a code."),
    "mfa/messages/recovery_codes_generated.txt": gettext_lazy(
        "These are your recovery codes. Any that you had before no longer count."
    ),
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Baton's answers to what allauth asks."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": gettext_lazy("The e-mail address or the password is wrong."),
        "enter_current_password": gettext_lazy("That is not your current password."),
        "incorrect_password": gettext_lazy("That is not your password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The person, if the password is right; who was deactivated is told what a stranger is told."""
        now = timezone.now()
        right = guarding.guess(request, "password", credentials.get("email", ""), now=now)
        user = authenticate(request, **credentials)
        AuthenticationBackend.unstash_authenticated_user()
        if not isinstance(user, User):
            return None
        right()
        return user

    def get_login_stages(self) -> list[str]:
        """Nothing but the code is asked for after the password."""
        return ["revops.sign_in.second_factor.CodeStage"]

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        guarding.forget(request, user.email)
        known_devices.remember(request, response, user)
        return response

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        messages.error(request, _("This account cannot sign in. Ask revenue operations."))
        return redirect("account_login")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever proved within five minutes who they are need not do so again to change how they sign in."""
        request = context.request
        proofs = get_authentication_records(request, request.user)
        return not any(time.time() - proof["at"] < FRESH_SECONDS for proof in proofs)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address on the network, by the same proxies' word as in the audit; without one, all share one."""
        remote, forwarded = request.META.get("REMOTE_ADDR", ""), request.headers.get("X-Forwarded-For", "")
        return client_address(remote, forwarded, trusted=settings.TRUSTED_PROXIES) or "unknown"

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        message: str | None = None,
        **kwargs: Any,
    ) -> None:
        """Say what changed; that somebody is signed in they can see."""
        text = SAID.get(message_template or "") or message
        if text:
            messages.add_message(request, level, text)

    def send_notification_mail(self, template_prefix: str, user: User, *args: Any, **kwargs: Any) -> None:
        if template_prefix in CHANGES:
            sign_in_mail.tell_of_change(user, what=str(CHANGES[template_prefix]), now=timezone.now())
