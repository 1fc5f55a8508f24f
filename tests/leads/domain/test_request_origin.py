"""Where a request comes from: what a trusted proxy adds is believed, and nothing that anybody can send."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from leads.domain.request_origin import client_address, network_of, request_id

PROXIES = [ip_network("10.0.0.0/8"), ip_network("::1/128")]


@pytest.mark.parametrize(
    ("remote", "forwarded", "expected"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4, nonsense", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("::1", "2001:db8::7", "2001:db8::7"),
        ("::ffff:203.0.113.9", "", "203.0.113.9"),
        ("::ffff:10.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1:49152", "198.51.100.1"),
        ("10.0.0.1", "[2001:db8::7]:49152", "2001:db8::7"),
        ("10.0.0.1", "[2001:db8::7]", "2001:db8::7"),
        ("10.0.0.1", "2001:0:1::7", "2001:0:1::7"),
        ("10.0.0.1", "198.51.100.1:x", "10.0.0.1"),
        ("", "198.51.100.1", None),
        ("@", "", None),
    ],
)
def test_the_address_is_the_last_that_no_proxy_of_ours_has(
    remote: str, forwarded: str, expected: str | None
) -> None:
    assert client_address(remote, forwarded, trusted=PROXIES) == expected


def test_one_machine_is_counted_once_whichever_of_its_addresses_it_takes() -> None:
    assert network_of("2001:db8::7") == network_of("2001:db8::ffff:7") != network_of("2001:db8:0:1::7")
    assert network_of("198.51.100.1") != network_of("198.51.100.2")


@pytest.mark.parametrize(
    "given", ["", "short", "a" * 65, "line\nbreak-injected", "<script>alert(1)</script>"]
)
def test_an_id_that_is_not_plain_is_replaced(given: str) -> None:
    assert request_id(given, fresh="fresh-one") == "fresh-one"


def test_a_plain_id_is_kept() -> None:
    assert request_id("7f9c24e8-3b12-4fef-91e0", fresh="fresh-one") == "7f9c24e8-3b12-4fef-91e0"
