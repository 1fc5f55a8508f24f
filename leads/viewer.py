"""The signed-in person behind a request."""

from django.http import HttpRequest

from leads.models import User


def viewer(request: HttpRequest) -> User:
    """Who asks; every page but the sign-in has somebody (LoginRequiredMiddleware sees to it)."""
    if not isinstance(request.user, User):
        raise TypeError("This page needs a signed-in person.")
    return request.user
