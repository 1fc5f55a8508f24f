"""The addresses at which somebody who is signed in changes how they sign in."""

from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.urls import path

from revops.sign_in.views import NewPasswordView

urlpatterns = [
    path("", second_factor.index, name="mfa_index"),
    path("password/", NewPasswordView.as_view(), name="account_change_password"),
    path("app/", totp.activate_totp, name="mfa_activate_totp"),
    path("app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("recovery-codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("recovery-codes/new/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
]
