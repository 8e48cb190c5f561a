"""Whose address it is: tables of what proxies, and those who play at being one, send."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from footfall.collector import find_address

TRUSTED = tuple(ip_network(text) for text in ("10.0.0.0/8", "127.0.0.1/32", "fd00::/8"))


@pytest.mark.parametrize(
    ("peer", "address"),
    [
        ("203.0.113.7:5123", "203.0.113.7"),
        ("203.0.113.7", "203.0.113.7"),
        ("[2001:db8::7]:5123", "2001:db8::7"),
        ("2001:db8::7", "2001:db8::7"),
        ("2001:db8:1:2:3:4:5:6:5123", "2001:db8:1:2:3:4:5:6"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("[::ffff:203.0.113.7]:5123", "203.0.113.7"),
        ("", ""),
        ("unix", ""),
    ],
)
def test_peer_is_read_in_every_form(peer: str, address: str) -> None:
    assert find_address(peer, "", ()) == address


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "address"),
    [
        ("10.0.0.1:1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.1:1", "203.0.113.7, 10.0.0.2", "203.0.113.7"),
        ("10.0.0.1:1", "203.0.113.7:4711", "203.0.113.7"),
        ("10.0.0.1:1", "2001:db8::7", "2001:db8::7"),
        ("10.0.0.1:1", "[2001:db8::7]:4711", "2001:db8::7"),
        ("[fd00::1]:1", "203.0.113.7", "203.0.113.7"),
        # The visitor made the first entries up: only the last was written by our proxy.
        ("10.0.0.1:1", "192.0.2.1, 203.0.113.7", "203.0.113.7"),
        ("10.0.0.1:1", "10.0.0.9, 203.0.113.7", "203.0.113.7"),
        # Not through our proxy: whatever it says is made up.
        ("203.0.113.7:1", "192.0.2.1", "203.0.113.7"),
        # What is no address ends the walk at the last hop that is known.
        ("10.0.0.1:1", "192.0.2.1, unknown", "10.0.0.1"),
        ("10.0.0.1:1", "", "10.0.0.1"),
        ("10.0.0.1:1", ",,", "10.0.0.1"),
        # Everybody is ours: the furthest is the visitor.
        ("10.0.0.1:1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
    ],
)
def test_first_untrusted_hop_is_visitor(peer: str, forwarded_for: str, address: str) -> None:
    assert find_address(peer, forwarded_for, TRUSTED) == address


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("for=203.0.113.7", "203.0.113.7"),
        ("For=203.0.113.7;proto=https;by=10.0.0.1", "203.0.113.7"),
        ("proto=https; for=203.0.113.7", "203.0.113.7"),
        ('for="[2001:db8::7]:4711"', "2001:db8::7"),
        ("for=192.0.2.1, for=203.0.113.7, for=10.0.0.2", "203.0.113.7"),
        ("for=192.0.2.1, for=_hidden", "10.0.0.1"),
        ("proto=https", "10.0.0.1"),
        ("", "10.0.0.1"),
    ],
)
def test_standard_header_is_read(forwarded: str, address: str) -> None:
    assert find_address("10.0.0.1:1", "", TRUSTED, forwarded) == address


def test_made_up_standard_header_is_ignored() -> None:
    address = find_address("10.0.0.1:1", "203.0.113.7", TRUSTED, "for=192.0.2.1")

    assert address == "203.0.113.7"


def test_without_proxies_headers_say_nothing() -> None:
    address = find_address("203.0.113.7:1", "192.0.2.1", (), "for=192.0.2.1")

    assert address == "203.0.113.7"
