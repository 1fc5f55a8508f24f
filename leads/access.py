"""Lets only some roles open a page; everybody else gets the kind page for 403 before anything is read (PF-1)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from leads.models import Role
from leads.viewer import viewer

P = ParamSpec("P")
Answer = TypeVar("Answer", bound=HttpResponseBase)
View = Callable[Concatenate[HttpRequest, P], Answer]

CONFIGURATION_READERS = (Role.OPS, Role.MANAGER, Role.MARKETER, Role.VIEWER)
"""Who may read how leads are routed and what was promised; who sells reads what the scores mean."""


def only(*roles: Role) -> Callable[[View[P, Answer]], View[P, Answer]]:
    """A decorator for views that nobody but these roles may open."""

    def decorate(view: View[P, Answer]) -> View[P, Answer]:
        @wraps(view)
        def checked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> Answer:
            if viewer(request).role not in roles:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return checked

    return decorate
