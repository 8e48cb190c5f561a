"""Whose hit it is when real requests come through proxies, or claim to."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from tests.support.door_process import DoorProcess, start_door


@pytest.fixture(scope="module")
def proxied_door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DoorProcess]:
    folder = tmp_path_factory.mktemp("proxied")
    with start_door(folder, trusted="127.0.0.0/8,10.0.0.0/8") as started:
        yield started


def send(door: DoorProcess, *lines: tuple[str, str]) -> str:
    """The address that the door saw."""
    door.forget()
    door.client.get("/api/r.gif?smid=abc", headers=list(lines))
    (hit,) = door.hits()
    return hit.address


@pytest.mark.parametrize(
    ("lines", "address"),
    [
        ([], "127.0.0.1"),
        ([("X-Forwarded-For", "203.0.113.7")], "203.0.113.7"),
        ([("X-Forwarded-For", "192.0.2.1, 203.0.113.7, 10.0.0.2")], "203.0.113.7"),
        ([("X-Forwarded-For", "2001:db8::7")], "2001:db8::7"),
        ([("Forwarded", 'for="[2001:db8::7]:4711";proto=https')], "2001:db8::7"),
        # The visitor's own line comes first, our proxy adds one below it.
        ([("X-Forwarded-For", "192.0.2.1"), ("X-Forwarded-For", "203.0.113.7")], "203.0.113.7"),
        ([("Forwarded", "for=192.0.2.1"), ("Forwarded", "for=203.0.113.7")], "203.0.113.7"),
        ([("Forwarded", "for=192.0.2.1"), ("X-Forwarded-For", "203.0.113.7")], "203.0.113.7"),
        ([("X-Real-IP", "192.0.2.1")], "127.0.0.1"),
    ],
)
def test_trusted_proxy_is_believed(
    proxied_door: DoorProcess, lines: list[tuple[str, str]], address: str
) -> None:
    assert send(proxied_door, *lines) == address


def test_unknown_proxy_is_not_believed(door: DoorProcess) -> None:
    assert send(door, ("X-Forwarded-For", "203.0.113.7")) == "127.0.0.1"


def test_batches_go_through_proxies_too(proxied_door: DoorProcess) -> None:
    proxied_door.forget()

    proxied_door.client.post(
        "/api/hits", content=b"[{},{}]", headers={"x-forwarded-for": "203.0.113.7"}
    )

    assert [hit.address for hit in proxied_door.hits()] == ["203.0.113.7"] * 2


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="no IPv6 on this machine")
def test_visitor_may_come_by_ipv6(tmp_path_factory: pytest.TempPathFactory) -> None:
    with start_door(tmp_path_factory.mktemp("six"), host="::1") as door:
        door.client.get("/api/r.gif?smid=abc")

        assert [hit.address for hit in door.hits()] == ["::1"]
