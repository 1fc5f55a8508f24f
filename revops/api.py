"""The public API assembled: signals in by key or signed webhook, and what a reader may read; errors are problems."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern
from ninja import NinjaAPI

from revops import api_problems
from revops.api_reading import router as reading
from revops.api_signals import router as sending

api = NinjaAPI(title="Baton", version="1", openapi_url=None, docs_url=None)
api.add_router("", sending)
api.add_router("", reading)
api_problems.install(api)


def urls() -> list[URLPattern]:
    """The API's addresses; a key signs in, not a session."""
    patterns = [pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern)]
    for pattern in patterns:
        pattern.callback = login_not_required(pattern.callback)
    return patterns
