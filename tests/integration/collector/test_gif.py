"""``GET /api/r.gif`` over real sockets: always a picture, and the hit kept as it came."""

from __future__ import annotations

import pytest
from tests.support.door_process import DoorProcess

from footfall.collector import KEPT_HEADERS
from footfall.model import BuryReason
from footfall.pipeline.parse import parse

GET = "GET /api/r.gif?{} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def test_answer_is_a_picture(door: DoorProcess) -> None:
    answer = door.client.get("/api/r.gif?smid=abc")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/gif")
    assert (len(answer.content), answer.content[:6]) == (43, b"GIF89a")


def test_answer_is_cached_by_nobody(door: DoorProcess) -> None:
    answer = door.client.get("/api/r.gif?smid=abc")

    assert answer.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize(
    "query",
    [
        "smid=abc&uuid=1&any=thing&any=twice&%5B%5D=x&empty=&flag",
        "smid=abc&title=Za%C5%BC%C3%B3%C5%82%C4%87+g%C4%99%C5%9Bl%C4%85",
        "smid=abc&data={|}^`[]\\~!$'()*,;:@/?",
        "smid=abc&x=%00%ff%zz%",
        "smid=abc&long=" + "x" * 10_000,
    ],
)
def test_any_parameter_is_kept(door: DoorProcess, query: str) -> None:
    answer = door.send_raw(GET.format(query).encode())

    assert b" 200 OK" in answer
    assert [hit.query for hit in door.hits()] == [query.encode()]


def test_raw_unicode_is_kept(door: DoorProcess) -> None:
    door.send_raw(GET.format("smid=abc&title=Zażółć").encode())

    (hit,) = door.hits()

    assert hit.query == "smid=abc&title=Zażółć".encode()


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("", BuryReason.BAD_QUERY),
        ("no-code=1", BuryReason.BAD_SHAPE),
        ("smid=abc&" + "x" * 20_000, BuryReason.TOO_LARGE),
        ("&".join(f"p{n}=1" for n in range(300)), BuryReason.BAD_QUERY),
    ],
)
def test_bad_hit_is_answered_and_buried(door: DoorProcess, query: str, reason: BuryReason) -> None:
    answer = door.client.get(f"/api/r.gif?{query}")

    (hit,) = door.hits()
    assert (answer.status_code, len(answer.content)) == (200, 43)
    assert (hit.query, parse(hit)) == (query.encode(), reason)


def test_headers_that_tell_something_are_kept(door: DoorProcess) -> None:
    sent = {name: f"value of {name}" for name in KEPT_HEADERS}

    door.client.get("/api/r.gif?smid=abc", headers={**sent, "cookie": "a=1", "x-other": "1"})

    (hit,) = door.hits()
    assert hit.headers == sent


def test_unreadable_header_costs_only_itself(door: DoorProcess) -> None:
    request = GET.format("smid=abc").replace("Host: x", "Host: x\r\nUser-Agent: J\xf3zef")

    answer = door.send_raw(request.encode("latin-1"))

    (hit,) = door.hits()
    assert b" 200 OK" in answer
    assert hit.headers == {"host": "x"}


def test_peer_is_the_visitor(door: DoorProcess) -> None:
    door.client.get("/api/r.gif?smid=abc", headers={"x-forwarded-for": "203.0.113.7"})

    (hit,) = door.hits()

    assert (hit.door, hit.address) == ("gif", "127.0.0.1")


def test_asking_for_the_head_is_no_hit(door: DoorProcess) -> None:
    answer = door.client.head("/api/r.gif?smid=abc")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/gif")
    assert door.hits() == []


def test_asking_for_permission_is_no_hit(door: DoorProcess) -> None:
    answer = door.client.options("/api/r.gif?smid=abc", headers={"origin": "https://shop.test"})

    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "https://shop.test"
    assert door.hits() == []


def test_other_methods_are_refused(door: DoorProcess) -> None:
    answer = door.client.post("/api/r.gif?smid=abc")

    assert answer.status_code == 405
    assert door.hits() == []


def test_other_paths_are_not_the_doors(door: DoorProcess) -> None:
    assert door.client.get("/api/r.gif/more").status_code == 404
    assert door.hits() == []


def test_cookies_are_renewed(door: DoorProcess) -> None:
    cookie = {"cookie": "smuuid=0123456789abcdef"}

    answer = door.client.get("/api/r.gif?smid=abc", headers=cookie)
    door.client.cookies.clear()

    visitor, marker = answer.headers.get_list("set-cookie")
    assert visitor == "smuuid=0123456789abcdef; Max-Age=864000; Path=/; SameSite=Lax"
    assert marker.startswith("smsrv=1;")


def test_cookies_are_secure_behind_a_proxy(door: DoorProcess) -> None:
    headers = {"cookie": "smuuid=0123456789abcdef", "x-forwarded-proto": "https"}

    answer = door.client.get("/api/r.gif?smid=wide", headers=headers)
    door.client.cookies.clear()

    assert "; Domain=example.com; Path=/; SameSite=Lax; Secure" in answer.headers["set-cookie"]


def test_no_cookie_without_one(door: DoorProcess) -> None:
    answer = door.client.get("/api/r.gif?smid=abc")

    assert "set-cookie" not in answer.headers
