"""How often one address may send a hosted form; where Redis is away everybody may (fails open)."""

from __future__ import annotations

import logging
from functools import cache

from django.conf import settings
from django.http import HttpRequest
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter

from leads.domain.request_origin import client_address, network_of

PATIENCE = 0.5  # seconds: a form must not wait for a counter
logger = logging.getLogger(__name__)


def may_send(request: HttpRequest) -> bool:
    """Count this try of the address that it came from; False where it had too many within the window."""
    url = settings.REDIS_URL.replace("unix://", "redis+unix://")
    try:
        return _limiter(url).hit(_limit(settings.FORM_RATE), "forms", _address(request))
    except StorageError:
        logger.warning("how often forms are sent cannot be counted, so nobody is held up")
        return True


def _address(request: HttpRequest) -> str:
    """The network that the request came from; behind a proxy of ours, what it says."""
    peer, forwarded = request.META.get("REMOTE_ADDR", ""), request.headers.get("X-Forwarded-For", "")
    address = client_address(peer, forwarded, trusted=settings.TRUSTED_PROXIES)
    return network_of(address) if address else ""


@cache
def _limit(written: str) -> RateLimitItem:
    return parse(written)


@cache
def _limiter(url: str) -> MovingWindowRateLimiter:
    storage = RedisStorage(
        url, wrap_exceptions=True, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
    )
    return MovingWindowRateLimiter(storage)
