"""Where a request comes from and what it is called, believing only what a trusted proxy adds; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

OWN_NETWORK = 64  # bits that a provider gives to one household
_SAFE_ID = re.compile(r"[A-Za-z0-9_.-]{8,64}")
_WITH_PORT = re.compile(r"\A([0-9]+\.[0-9.]+|\[[^\]]*\]):[0-9]+\Z")
Networks = Sequence[IPv4Network | IPv6Network]


def client_address(remote: str, forwarded: str, *, trusted: Networks) -> str | None:
    """The IP address that the request came from, or None where none is known.

    `forwarded` is X-Forwarded-For. It is read from its end, for each proxy adds whom it heard from and anybody may
    send the beginning; it counts only as far as proxies in `trusted` wrote it.
    """
    address = _readable(remote)
    for hop in reversed(forwarded.split(",") if forwarded else []):
        if address is None or not any(ip_address(address) in network for network in trusted):
            break
        before = _readable(hop)
        if before is None:
            break
        address = before
    return address


def network_of(address: str) -> str:
    """By what one visitor is counted: the address, of IPv6 its network, since one machine has ever so many of them."""
    found = ip_address(address)
    return address if found.version == 4 else str(ip_network((found, OWN_NETWORK), strict=False))  # noqa: PLR2004


def request_id(given: str, *, fresh: str) -> str:
    """The id that was given with the request, where it is short and plain; `fresh` otherwise."""
    return given if _SAFE_ID.fullmatch(given) else fresh


def _readable(written: str) -> str | None:
    """The address, without its zone and port; one of IPv4 as such, also where a socket of IPv6 tells of it."""
    try:
        found = ip_address(_WITH_PORT.sub(r"\1", written.strip()).strip("[]").partition("%")[0])
    except ValueError:
        return None
    return str(getattr(found, "ipv4_mapped", None) or found)
