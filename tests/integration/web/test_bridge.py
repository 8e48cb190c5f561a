"""Requests on their way from the server to the framework: cut, oversized, strangely written."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

from tests.support.installation import Installation
from tests.support.shop import Shop, make_email

LIMIT_BYTES = 4 << 20


def send_raw(installation: Installation, request: bytes) -> bytes:
    """The whole answer to a request whose sender says nothing more."""
    with socket.create_connection(("127.0.0.1", installation.port), timeout=20) as wire:
        wire.sendall(request)
        wire.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: wire.recv(65_536), b""))


def cut_upsert(shop: Shop, email: str) -> bytes:
    """Complete JSON of which the sender had promised more."""
    body = json.dumps(shop.sign() | {"contact": {"email": email}}).encode()
    head = f"POST /api/contact/upsert HTTP/1.1\r\nhost: x\r\ncontent-length: {len(body) + 9}"
    return f"{head}\r\nconnection: close\r\n\r\n".encode() + body


def test_half_a_request_is_not_acted_upon(shop: Shop) -> None:
    email = make_email()

    answer = send_raw(shop.installation, cut_upsert(shop, email))

    assert b" 400 " in answer.partition(b"\r\n")[0]
    assert not shop.call("contact/hasContact", email=email)["result"]


def test_half_a_request_harms_nobody_else(shop: Shop) -> None:
    before = shop.installation.find_processes("web")

    for _attempt in range(5):
        send_raw(shop.installation, cut_upsert(shop, make_email()))

    assert shop.installation.health()["status"] == "ok"
    assert shop.installation.find_processes("web") == before


def test_declared_size_is_bounded(installation: Installation) -> None:
    answer = installation.client.post("/api/contact/upsert", content=b"x" * (LIMIT_BYTES + 1))

    assert answer.status_code == 413


def test_undeclared_size_is_bounded(installation: Installation) -> None:
    def pieces() -> Iterator[bytes]:
        for _piece in range(5):
            yield b"x" * (1 << 20)

    answer = installation.client.post("/api/contact/upsert", content=pieces())

    assert answer.status_code == 413


def test_large_body_arrives_whole(shop: Shop) -> None:
    properties = {f"p{number}": "x" * 1_000 for number in range(1_000)}

    contact = shop.upsert(contact={"email": make_email()}, properties=properties)

    assert shop.fetch_card(contact)["contact"]["properties"] == properties


def test_escaped_path_is_the_same_path(installation: Installation) -> None:
    assert installation.client.get("/%61pi/health").json()["status"] == "ok"


def test_escaped_slash_stays_in_its_segment(installation: Installation) -> None:
    assert installation.client.get("/static/..%2Fstatic%2Fsm.js").status_code == 404


def test_broken_escapes_are_not_found(installation: Installation) -> None:
    answer = installation.api.get("/api/v1/contacts/%ff%fe%zz")

    assert answer.status_code == 404
