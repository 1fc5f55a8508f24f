"""Recognises the person of a session, who was read with it; who may sign in is allauth's to say."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.middleware import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from leads.models import User
from leads.prepared import Given, Query
from revops.sign_in.sessions import SessionStore

KNOWN = Query(lambda: User.objects.filter(pk=Given("person")))


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """Allauth's own, asked with every page."""

    def get_user(self, user_id: Any) -> User | None:
        """The person, unless they may not sign in any more."""
        person = KNOWN.first(person=int(user_id))
        return person if person is not None and self.user_can_authenticate(person) else None


def person_of(request: HttpRequest) -> User | AnonymousUser:
    """Who is signed in; a session that is not in every way as usual is for Django to judge, and to end."""
    session = request.session
    if isinstance(session, SessionStore) and _is_theirs(session):
        request._cached_user = session.person  # type: ignore[attr-defined]  # noqa: SLF001 - where Django looks for it
    return get_user(request)


def _is_theirs(session: SessionStore) -> bool:
    """Whether the session is still that of the person whom it names: as `django.contrib.auth.get_user` asks."""
    names, person = session.get(SESSION_KEY), session.person
    return (
        person is not None
        and names == str(person.pk)
        and session.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
        and Backend().user_can_authenticate(person)
        and _is_proven(session, person)
    )


def _is_proven(session: SessionStore, person: User) -> bool:
    """Whether it holds the person's proof; one that an earlier secret key made gives way to one by the first.

    The session keeps its key, where Django would give it another: of two tabs that ask at once, the later one
    would find it gone and be signed out.
    """
    proof, present = session.get(HASH_SESSION_KEY) or "", person.get_session_auth_hash()
    if constant_time_compare(proof, present):
        return True
    if any(constant_time_compare(proof, each) for each in person.get_session_auth_fallback_hash()):
        session[HASH_SESSION_KEY] = present
        return True
    return False
