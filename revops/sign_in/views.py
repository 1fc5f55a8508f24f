"""The pages of sign-in where Baton differs from allauth: the way to the provider, and whoever has no password yet."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView, PasswordChangeView
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


class SignInView(LoginView):  # type: ignore[misc]
    """E-mail and password, and a way to the company's provider."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"sso_name": settings.SSO_NAME if settings.SSO_ISSUER else ""}


class NewPasswordView(PasswordChangeView):  # type: ignore[misc]
    """A new password for the current one; whoever has none proves by a mail who they are."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and not request.user.has_usable_password():
            return redirect("account_reset_password")
        answer: HttpResponse = super().dispatch(request, *args, **kwargs)
        return answer
