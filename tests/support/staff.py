"""Staff at the panel, as a program that holds their session."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from tests.support.installation import Installation


@contextmanager
def log_in_staff(installation: Installation, email: str, password: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=installation.url, timeout=30) as client:
        answer = client.post("/login", data={"email": email, "password": password})
        assert answer.status_code == 303
        client.headers["x-csrf-token"] = read_csrf(client)
        yield client


def read_csrf(client: httpx.Client) -> str:
    found = re.search(r'"x-csrf-token": "([^"]+)"', client.get("/health").text)
    assert found
    return found[1]
