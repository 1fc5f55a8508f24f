"""Mails about how somebody signs in: asked for here, sent by the relay, which alone makes the secret links.

So no link lies in the database, and whoever asks for one is answered as fast whether the account exists or not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads import outbox
from leads.models import User
from leads.outbox import Message

RESET, INVITATION, CHANGED = "SIGN_IN_RESET", "SIGN_IN_INVITATION", "SIGN_IN_CHANGED"


def link_to_set_password(user: User) -> str:
    """The path at which whoever holds it sets a new password, once, within a day."""
    key = default_token_generator.make_token(user)
    return reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), key])


@dataclass(frozen=True)
class Letter:
    """One kind of mail: where it leads, what its button says, and why it came."""

    path: Callable[[User], str]
    call: Any
    reason: Any


LETTERS: Mapping[str, Letter] = {
    RESET: Letter(
        link_to_set_password,
        gettext_lazy("Set a new password"),
        gettext_lazy("You get this because somebody asked for a new password with your address."),
    ),
    INVITATION: Letter(
        link_to_set_password,
        gettext_lazy("Set your password"),
        gettext_lazy("You get this because revenue operations added you to Baton."),
    ),
    CHANGED: Letter(
        lambda _user: reverse("account_reset_password"),
        gettext_lazy("It was not me: set a new password"),
        gettext_lazy("You get this because it concerns how you sign in."),
    ),
}


def ask_for_link(user: User, *, now: datetime) -> None:
    """Send `user` a link with which to set a new password."""
    title = _("Set a new password for Baton")
    text = _(
        "The link works once, within a day. If you did not ask for it, do nothing: your password stays as it is."
    )
    _queue(user, RESET, title=title, text=text, now=now)


def invite(user: User, *, by: User, now: datetime) -> None:
    """Send `user`, who is new, a link with which to set the first password."""
    title = _("%(name)s has added you to Baton") % {"name": by.name}
    text = _(
        "You sign in with this address, %(email)s. First set your password: the link works once, within a day. "
        "After that, ask for another one on the sign-in page."
    ) % {"email": user.email}
    _queue(user, INVITATION, title=title, text=text, now=now)


def tell_of_change(user: User, *, what: str, now: datetime) -> None:
    """Tell `user` in a sentence what was changed about how they sign in."""
    text = _("If that was you, there is nothing to do.")
    _queue(user, CHANGED, title=what, text=text, now=now)


def _queue(user: User, kind: str, *, title: str, text: str, now: datetime) -> None:
    message = Message(key=f"{kind}:{user.pk}:{now.isoformat()}", title=title, text=text)
    outbox.mail_about_account(user, message, kind=kind, now=now)
