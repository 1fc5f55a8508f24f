"""The addresses of sign-in that are open to who is not signed in: only what Baton uses of allauth."""

from allauth.account import views as account
from allauth.mfa.base import views as second_factor
from django.urls import path

from revops.sign_in import sso
from revops.sign_in.second_factor import CodeView
from revops.sign_in.views import SignInView

urlpatterns = [
    path("", SignInView.as_view(), name="account_login"),
    path("code/", CodeView.as_view(), name="mfa_authenticate"),
    path("again/", account.reauthenticate, name="account_reauthenticate"),
    path("again/code/", second_factor.reauthenticate, name="mfa_reauthenticate"),
    path("sso/", sso.begin, name="sso"),
    path("sso/answer/", sso.answer, name="sso-answer"),
    path("forgotten/", account.password_reset, name="account_reset_password"),
    path("forgotten/sent/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "new-password/set/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"
    ),
    path(
        "new-password/<uidb36>/<key>/",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
]
