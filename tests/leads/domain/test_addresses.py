"""What may be called: the public internet by plain names, and nothing inside in any of its spellings (P36)."""

from __future__ import annotations

from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.domain.addresses import NotAllowed, Policy, check, read

POLICY = Policy()
INSIDE = [
    "0.0.0.0",  # noqa: S104 - an address to refuse
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.170",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "3fff::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]
ODD = [
    "https://127.1/",
    "https://0x7f.1/",
    "https://0x7f000001/",
    "https://2130706433/",
    "https://0177.0.0.1/",
    "https://127.0.0.1./",
    "https://①②⑦.0.0.1/",
    "https://[::ffff:127.0.0.1]/",
    "https://[fe80::1%25eth0]/",
    "https://user@example.com/",
    "https://example.com\\@127.0.0.1/",
    "https://exa mple.com/",
    "https://example.com/\r\nHost: x",
    "https://example.com\t/",
    "https:///hook",
    "https://",
    "//example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com/",
    "http://example.com/",
    "https://example.com:22/",
    "https://example.com:0/",
    "https://example.com:99999/",
    "https://[::1/",
    "https://-example.com/",
    "https://exa_mple..com/",
    "https://example.com/" + "a" * 2000,
    "",
]


@pytest.mark.parametrize("address", INSIDE)
def test_nothing_inside_may_be_called(address: str) -> None:
    with pytest.raises(NotAllowed):
        check(ip_address(address), 443, POLICY)
    written = f"[{address}]" if ":" in address else address
    with pytest.raises(NotAllowed):
        read(f"https://{written}/", POLICY)


@pytest.mark.parametrize("url", ODD)
def test_odd_spellings_are_refused_before_anything_is_looked_up(url: str) -> None:
    with pytest.raises(NotAllowed):
        read(url, POLICY)


@pytest.mark.parametrize(
    ("url", "host", "port", "path"),
    [
        ("https://hooks.example.com/a/b?c=d#e", "hooks.example.com", 443, "/a/b?c=d"),
        ("https://EXAMPLE.com", "example.com", 443, "/"),
        ("https://example.com:8443/x", "example.com", 8443, "/x"),
        ("https://8.8.8.8/", "8.8.8.8", 443, "/"),
        ("https://[2606:4700::1111]/", "2606:4700::1111", 443, "/"),
        ("https://xn--bcher-kva.example/", "xn--bcher-kva.example", 443, "/"),
    ],
)
def test_plain_public_addresses_are_taken_apart(url: str, host: str, port: int, path: str) -> None:
    target = read(url, POLICY)

    assert (target.host, target.port, target.path) == (host, port, path)


def test_a_network_is_allowed_by_name_with_all_its_ports() -> None:
    policy = Policy(networks=(ip_network("127.0.0.0/8"),))

    check(ip_address("127.0.0.1"), 5000, policy)
    with pytest.raises(NotAllowed):
        check(ip_address("10.0.0.1"), 443, policy)


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_whatever_python_calls_private_is_never_allowed(address: IPv4Address | IPv6Address) -> None:
    inside = not address.is_global or address.is_multicast or address.is_link_local or address.is_loopback

    try:
        check(address, 443, POLICY)
    except NotAllowed:
        return
    assert not inside


@given(st.text())
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    for url in (text, f"https://{text}", f"https://example.com/{text}"):
        with suppress(NotAllowed):
            assert read(url, POLICY).host.isascii()


def test_a_target_keeps_its_path_to_itself() -> None:
    assert "secret" not in repr(read("https://example.com/secret", POLICY))
