"""``POST /api/hits`` over real sockets: batches of every kind, good, odd and hostile."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator

import httpx
import pytest
from tests.support.door_process import DoorProcess

from footfall.collector.door import KEPT_OF_BAD_BODY, MOST_BYTES, MOST_HITS, MOST_UNPACKED_BYTES
from footfall.model import BuryReason
from footfall.pipeline.parse import parse

HITS = [{"smid": "abc", "n": number, "title": "Zażółć"} for number in range(3)]
PREFLIGHT = {
    "origin": "https://shop.test",
    "access-control-request-method": "POST",
    "access-control-request-headers": "content-type",
}


def post(door: DoorProcess, body: bytes, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return door.client.post("/api/hits", content=body, headers=named)


def bodies(door: DoorProcess) -> list[bytes]:
    return [hit.body for hit in door.hits()]


@pytest.mark.parametrize("kind", ["application/json", "text/plain;charset=UTF-8", ""])
def test_batch_is_kept_hit_by_hit(door: DoorProcess, kind: str) -> None:
    answer = post(door, json.dumps(HITS).encode(), content_type=kind)

    assert (answer.status_code, answer.content) == (204, b"")
    assert [json.loads(body) for body in bodies(door)] == HITS


@pytest.mark.parametrize("headers", [{"content_encoding": "gzip"}, {}])
def test_gzip_is_unpacked(door: DoorProcess, headers: dict[str, str]) -> None:
    answer = post(door, gzip.compress(json.dumps(HITS).encode()), **headers)

    assert answer.status_code == 204
    assert [json.loads(body) for body in bodies(door)] == HITS


def test_hits_carry_what_the_request_told(door: DoorProcess) -> None:
    post(door, json.dumps(HITS).encode(), user_agent="Test/1", referer="https://shop.test/")

    assert {hit.headers["user-agent"] for hit in door.hits()} == {"Test/1"}
    assert {(hit.door, hit.address) for hit in door.hits()} == {("batch", "127.0.0.1")}


def test_empty_batch_is_fine(door: DoorProcess) -> None:
    answer = post(door, b"[]")

    assert (answer.status_code, bodies(door)) == (204, [])


def test_one_bad_hit_spoils_no_others(door: DoorProcess) -> None:
    answer = post(door, b'[{"smid":"abc"}, 7, null, "text", [], {"smid":"abc","n":2}]')

    outcomes = [parse(hit) for hit in door.hits()]
    assert answer.status_code == 204
    assert [o for o in outcomes if isinstance(o, BuryReason)] == [BuryReason.BAD_SHAPE] * 4
    assert len(outcomes) == 6


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"not json",
        b'[{"smid":"abc"}',
        b'[{"smid":"abc",}]',
        b"\xff\xfe",
        b"7",
        b"\x1f\x8bnot really gzip",
        gzip.compress(json.dumps(HITS).encode())[:-9],
        b"[" * 100_000,
    ],
)
def test_unreadable_body_is_kept_whole(door: DoorProcess, body: bytes) -> None:
    answer = post(door, body)

    (hit,) = door.hits()
    assert (answer.status_code, "error" in answer.json()) == (400, True)
    assert hit.body == body[:KEPT_OF_BAD_BODY]
    assert isinstance(parse(hit), BuryReason)


def test_empty_body_is_refused(door: DoorProcess) -> None:
    answer = post(door, b"")

    assert answer.status_code == 400


def test_too_many_hits_are_refused(door: DoorProcess) -> None:
    answer = post(door, json.dumps([{"smid": "abc"}] * (MOST_HITS + 1)).encode())

    assert answer.status_code == 413
    assert str(MOST_HITS) in answer.json()["error"]


def test_most_hits_are_taken(door: DoorProcess) -> None:
    answer = post(door, json.dumps([{"smid": "abc"}] * MOST_HITS).encode())

    assert (answer.status_code, len(door.hits())) == (204, MOST_HITS)


def test_too_large_body_is_refused(door: DoorProcess) -> None:
    answer = post(door, b'["' + b"x" * MOST_BYTES + b'"]')

    (hit,) = door.hits()
    assert answer.status_code == 413
    assert len(hit.body) <= KEPT_OF_BAD_BODY


def test_too_large_stream_is_refused(door: DoorProcess) -> None:
    def endless() -> Iterator[bytes]:
        yield from [b"[" + b" " * 65_536] * 32

    answer = door.client.post("/api/hits", content=endless())

    assert answer.status_code == 413


def test_gzip_bomb_goes_off_outside(door: DoorProcess) -> None:
    bomb = gzip.compress(b"[" + b" " * (100 * MOST_UNPACKED_BYTES))

    answer = post(door, bomb, content_encoding="gzip")

    (hit,) = door.hits()
    assert (len(bomb) < MOST_BYTES, answer.status_code) == (True, 413)
    assert len(hit.body) <= KEPT_OF_BAD_BODY


def test_broken_connection_leaves_nothing(door: DoorProcess) -> None:
    head = b"POST /api/hits HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"

    door.send_raw(head + b'[{"smid":"abc"}]', is_cut=True)

    assert door.hits() == []


def test_beacon_needs_no_permission(door: DoorProcess) -> None:
    answer = post(door, b"[{}]", content_type="text/plain", origin="https://shop.test")

    assert answer.headers["access-control-allow-origin"] == "https://shop.test"
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert answer.headers["vary"] == "origin"


def test_permission_is_given(door: DoorProcess) -> None:
    answer = door.client.options("/api/hits", headers=PREFLIGHT)

    assert (answer.status_code, door.hits()) == (204, [])
    assert answer.headers["access-control-allow-origin"] == "https://shop.test"
    assert "content-type" in answer.headers["access-control-allow-headers"]
    assert "POST" in answer.headers["access-control-allow-methods"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_other_methods_are_refused(door: DoorProcess, method: str) -> None:
    answer = door.client.request(method, "/api/hits")

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST, OPTIONS")
    assert door.hits() == []
