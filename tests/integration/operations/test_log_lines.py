"""A request can be followed through the log by its id, and nobody is named there."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from tests.support.installation import Installation

FORGET = "/api/v1/contacts/5c9f2a70-8a57-4d1c-9be5-0f2a7c5d1e11/forget"


def read_lines(watched: Installation) -> list[dict[str, Any]]:
    written = (watched.data / "serve.log").read_text().splitlines()
    return [json.loads(line) for line in written if line.startswith("{")]


def find_lines(watched: Installation, request: str) -> list[dict[str, Any]]:
    return [line for line in read_lines(watched) if line.get("request") == request]


def post(watched: Installation, request: str, path: str = FORGET) -> httpx.Response:
    return httpx.post(f"{watched.url}{path}", headers={"x-request-id": request}, timeout=30)


def test_only_greeting_is_no_json(watched: Installation) -> None:
    written = (watched.data / "serve.log").read_text().splitlines()

    assert [line for line in written if line and not line.startswith(("{", "  "))] == []
    assert {line["logger"] for line in read_lines(watched)} & {"_granian"}


def test_given_id_comes_back(watched: Installation) -> None:
    assert post(watched, "order-77").headers["x-request-id"] == "order-77"


@pytest.mark.parametrize("path", ["/api/health", "/login", "/nowhere", "/api/v1/contacts"])
def test_every_answer_has_an_id(watched: Installation, path: str) -> None:
    answers = [httpx.get(f"{watched.url}{path}", timeout=30) for _ in range(2)]

    ids = [answer.headers["x-request-id"] for answer in answers]
    assert all(ids)
    assert ids[0] != ids[1]


@pytest.mark.parametrize("junk", ["a b", "x" * 65, '"}{', "é"])
def test_junk_id_is_replaced(watched: Installation, junk: str) -> None:
    headers = {"x-request-id": junk.encode()}

    answer = httpx.get(f"{watched.url}/api/health", headers=headers, timeout=30)

    assert len(answer.headers["x-request-id"]) == 36


def test_refusal_is_logged_with_id(watched: Installation) -> None:
    post(watched, "refused-1")

    (line,) = watched.wait_until(lambda: find_lines(watched, "refused-1"))
    assert line["message"].startswith("POST /api/v1/contacts/{contact_id}/forget 401 ")


def test_ids_do_not_mix(watched: Installation) -> None:
    sent = {f"parallel-{number}": f"/nowhere-{number % 7}" for number in range(60)}
    with ThreadPoolExecutor(8) as browsers:
        answers = list(browsers.map(lambda one: post(watched, *one), sent.items()))

    assert [answer.headers["x-request-id"] for answer in answers] == list(sent)
    logged = [
        line["request"] for line in read_lines(watched) if "parallel" in line.get("request", "")
    ]
    assert sorted(logged) == sorted(sent)


def test_nobody_is_named_in_log(watched: Installation) -> None:
    person = {"email": "log.reader@example.com", "name": "Lena Logged"}
    made = watched.api.post("/api/v1/contacts", json=person).raise_for_status().json()
    contact = made["contact"]["contact"]
    watched.api.get(f"/api/v1/contacts/{contact}")
    watched.api.get("/api/v1/contacts", params={"email": person["email"]})
    watched.api.post(f"/api/v1/contacts/{contact}/forget").raise_for_status()

    written = (watched.data / "serve.log").read_text()
    assert "/api/v1/contacts/{contact_id}/forget" in written
    assert not [word for word in (*person.values(), contact) if word in written]
