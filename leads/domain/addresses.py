"""Which addresses Baton may call where a person typed them: nothing inside, nothing odd (P36).

An address that is not plainly one of the public internet is refused; so is each form that hides another in itself.
Source of the special ranges: the IANA special-purpose address registries (RFC 6890).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

Network = IPv4Network | IPv6Network
LONGEST = 2000
PORTS = {"https": 443, "http": 80}
_INSIDE = tuple(
    ip_network(written)
    for written in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"),
        *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        # of IPv6 only 2000::/3 is handed out; in it lie Teredo, documentation, 6to4 and others that lead elsewhere
        *("::/3", "4000::/2", "8000::/1", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    )
)
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*\.?", re.ASCII)
_NUMERIC = re.compile(r"(0x[0-9a-f]*|[0-9]+)(\.(0x[0-9a-f]*|[0-9]+))*\.?", re.ASCII)


class NotAllowed(Exception):
    """The address may not be called; the message says why, and never repeats more of it than its host."""


@dataclass(frozen=True)
class Policy:
    """What may be called: schemes and ports, and networks that are allowed although they lie inside."""

    schemes: Collection[str] = ("https",)
    ports: Collection[int] = (443, 8443)
    networks: tuple[Network, ...] = ()

    def allows(self, address: IPv4Address | IPv6Address) -> bool:
        """Whether `address` lies in a network that is allowed by name."""
        return any(address in network for network in self.networks)


@dataclass(frozen=True)
class Target:
    """An address taken apart: where to connect, and what to ask for."""

    scheme: str
    host: str
    port: int
    path: str = field(repr=False)  # it may hold a secret


def read(url: str, policy: Policy) -> Target:
    """Take `url` apart; raises NotAllowed for one that is odd or may not be called wherever its name leads."""
    parts = _split(url)
    if parts.scheme not in policy.schemes:
        raise NotAllowed(f"The address must begin with {' or '.join(f'{one}://' for one in policy.schemes)}.")
    if parts.username is not None or parts.password is not None:
        raise NotAllowed("The address must not hold a name or a password.")
    target = Target(parts.scheme, _host(parts), _port(parts), _path(parts))
    literal = _literal(target.host)
    if literal is not None:
        check(literal, target.port, policy)
    elif target.port not in policy.ports and not policy.networks:
        raise NotAllowed(_port_sentence(target.port, policy))
    return target


def check(address: IPv4Address | IPv6Address, port: int, policy: Policy) -> None:
    """Raise NotAllowed for an address inside, or a port that is not for this; asked when the socket opens."""
    if policy.allows(address):
        return
    if getattr(address, "scope_id", None) or any(
        address in network for network in _INSIDE if network.version == address.version
    ):
        raise NotAllowed("The address leads inside, or nowhere: only public ones may be called.")
    if not address.is_global or address.is_multicast or address.is_reserved:
        raise NotAllowed("The address is not one of the public internet.")
    if port not in policy.ports:
        raise NotAllowed(_port_sentence(port, policy))


def _split(url: str) -> SplitResult:
    if len(url) > LONGEST:
        raise NotAllowed(f"The address is longer than {LONGEST} characters.")
    if not url.isascii() or any(ord(letter) <= ord(" ") or letter in '\\"<>^`{|}\x7f' for letter in url):
        raise NotAllowed("The address must be written in plain letters, without spaces.")
    try:
        return urlsplit(url)
    except ValueError:
        raise NotAllowed("The address cannot be read.") from None


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    if ":" in host or _literal(host) is not None:
        if _literal(host) is None:
            raise NotAllowed("The address cannot be read.")
        return host
    if _NUMERIC.fullmatch(host):
        raise NotAllowed("Write the number of a host in four parts, or give its name.")
    if not _NAME.fullmatch(host):
        raise NotAllowed("The address needs the name of a host.")
    return host


def _port(parts: SplitResult) -> int:
    try:
        given = parts.port
    except ValueError:
        raise NotAllowed("The port cannot be read.") from None
    return PORTS.get(parts.scheme, 443) if given is None else given


def _path(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _port_sentence(port: int, policy: Policy) -> str:
    return f"Port {port} may not be called, only {', '.join(map(str, policy.ports))}."
