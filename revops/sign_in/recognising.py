"""Recognises the person of a session: who may sign in is allauth's, and who is signed in is read by one statement."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from leads.models import User
from leads.prepared import Given, Query

KNOWN = Query(lambda: User.objects.filter(pk=Given("person")))


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """Allauth's own, asked with every page."""

    def get_user(self, user_id: Any) -> User | None:
        """The person, unless they may not sign in any more."""
        person = KNOWN.first(person=int(user_id))
        return person if person is not None and self.user_can_authenticate(person) else None
