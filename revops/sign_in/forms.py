"""The forms of sign-in: allauth's, with each guess counted before it is looked at."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ResetPasswordForm, ResetPasswordKeyForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from cryptography.fernet import InvalidToken
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leads import guesses
from leads.guesses import TooManyGuesses
from revops.sign_in import guarding, known_devices, second_factor
from revops.sign_in import mail as sign_in_mail


class SignInForm(LoginForm):  # type: ignore[misc]
    """E-mail address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")
        self.fields["login"].widget.attrs.update(autocomplete="username", autofocus=True)
        self.fields["password"].help_text = ""
        _without_placeholders(self)


class AskForLinkForm(ResetPasswordForm):  # type: ignore[misc]
    """The address to which a link is sent, if there is an account; the answer is the same if there is none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        _without_placeholders(self)

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Ask for the mail; whoever asks again and again gets no more of them, and is not told so."""
        email: str = self.cleaned_data["email"]
        now = timezone.now()
        try:
            guesses.count(known_devices.places(request, "link", email), now=now)
        except TooManyGuesses:
            return email
        for user in self.users:
            sign_in_mail.ask_for_link(user, now=now)
        return email


class NewPasswordForm(ChangePasswordForm):  # type: ignore[misc]
    """The current password and a new one, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Current password")
        self.fields["oldpassword"].help_text = ""  # the page itself says what to do where it is forgotten
        _name_new_password(self)
        _without_placeholders(self)

    def clean_oldpassword(self) -> str:
        """A stranger at an unlocked screen may not guess for ever."""
        right = guarding.guess(context.request, "password", self.user.email, now=timezone.now())
        password: str = super().clean_oldpassword()
        right()
        return password


class PasswordByLinkForm(ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password, twice, of whoever was sent a link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_new_password(self)
        _without_placeholders(self)


class CodeForm(AuthenticateForm):  # type: ignore[misc]
    """A code of the authenticator app, or one of the recovery codes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.update(autofocus=True)
        _without_placeholders(self)

    def clean_code(self) -> str:
        """Without the key that closed the secret no code is right: whoever comes is told whom to ask."""
        right = guarding.guess(context.request, "code", self.user.email, now=timezone.now())
        try:
            code: str = super().clean_code()
        except InvalidToken:
            told = _("No code can be checked any more. Ask operations to reset your second factor.")
            raise ValidationError(told, code="key_is_gone") from None
        if not second_factor.use_up(self.user, code):
            raise get_adapter().validation_error("incorrect_code")
        right()
        return code


class CodeAgainForm(ReauthenticateForm):  # type: ignore[misc]
    """The same, of somebody who is signed in and is about to change how they sign in."""

    clean_code = CodeForm.clean_code


def _name_new_password(form: Any) -> None:
    """The page itself says how long it has to be."""
    form.fields["password1"].label = _("New password")
    form.fields["password1"].help_text = ""
    form.fields["password2"].label = _("New password, again")


def _without_placeholders(form: Any) -> None:
    """A label says what a field wants, also when it is filled."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
