"""The public API assembled: signals in by key or signed webhook, and what a reader may read; errors are problems."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http.response import HttpResponseBase
from django.urls import URLPattern
from ninja import NinjaAPI

from leads.remembering import remembering_edition
from revops.api import problems as api_problems
from revops.api.reading import router as reading
from revops.api.signals import router as sending

api = NinjaAPI(title="Baton", version="1", openapi_url=None, docs_url=None)
api.add_router("", sending)
api.add_router("", reading)
api_problems.install(api)


def urls() -> list[URLPattern]:
    """The API's addresses; a key signs in, not a session."""
    patterns = [pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern)]
    for pattern in patterns:
        pattern.callback = _straight(login_not_required(_remembering(pattern.callback)))
    return patterns


def _straight(view: Any) -> Any:
    """Marked so that it is asked without what only pages need."""
    view.goes_straight = True
    return view


def _remembering(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Who asks by which key, and all that intake reads of the operating model, is read once an edition."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> HttpResponseBase:
        with remembering_edition():
            return view(*args, **kwargs)

    return answer
