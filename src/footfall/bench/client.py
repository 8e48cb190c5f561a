"""A browser's connection to the product under test: requests in, answers with their time out."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Mapping
from contextlib import closing

import msgspec

from footfall.kit.errors import Unavailable

TIMEOUT_SECONDS = 30.0


class Answer(msgspec.Struct, frozen=True):
    status: int
    body: bytes
    seconds: float


class Client:
    """One kept-alive connection."""

    def __init__(self, port: int, headers: Mapping[str, str] | None = None) -> None:
        self._headers = dict(headers or {})
        self._wire = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)

    def ask(
        self, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Raise Unavailable unless the answer is a success."""
        started = time.perf_counter()
        method = "GET" if body is None else "POST"
        self._wire.request(method, path, body, {**self._headers, **(headers or {})})
        if self._wire.sock:
            self._wire.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        answer = self._wire.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise Unavailable(f"{method} {path}: {answer.status} {content[:200]!r}")
        return Answer(answer.status, content, time.perf_counter() - started)

    def close(self) -> None:
        self._wire.close()


def find_free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, seconds: float = TIMEOUT_SECONDS) -> None:
    """Raise Unavailable when nothing listens there in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise Unavailable(f"nothing listens on port {port}")
