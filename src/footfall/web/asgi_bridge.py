"""RSGI in, ASGI out: serves the web framework behind the same port as the thin door.

The door speaks Granian's RSGI because it is cheaper per hit; the framework speaks ASGI. Only
plain HTTP is bridged, streaming answers (server-sent events) included.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import unquote

from footfall.kit import Refused

Message = MutableMapping[str, Any]
# Frameworks type these three each in their own way.
AsgiApp = Callable[[Any, Any, Any], Awaitable[None]]

# Framework answers are small; only a streamed one is sent in parts.
_TEXT = "latin-1"


class AsgiBridge:
    """Answers one RSGI request with an ASGI application."""

    def __init__(self, app: AsgiApp) -> None:
        self._app = app

    async def __call__(self, scope: Any, protocol: Any) -> None:
        exchange = _Exchange(protocol, scope.headers.get("content-length", ""))
        await self._app(_asgi_scope(scope), exchange.receive, exchange.send)

    async def start(self) -> Callable[[], Awaitable[None]]:
        """Run the application's start-up; return what runs its shutdown."""
        inbox: asyncio.Queue[Message] = asyncio.Queue()
        outbox: asyncio.Queue[Message] = asyncio.Queue()
        scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
        task = asyncio.ensure_future(self._app(scope, inbox.get, outbox.put))
        await inbox.put({"type": "lifespan.startup"})
        answer = await outbox.get()
        if answer["type"] != "lifespan.startup.complete":
            raise RuntimeError(f"the web application did not start: {answer.get('message')}")

        async def stop() -> None:
            await inbox.put({"type": "lifespan.shutdown"})
            await asyncio.wait([task], timeout=5)

        return stop


class _Exchange:
    """One request and its answer."""

    def __init__(self, protocol: Any, declared: str) -> None:
        self._protocol = protocol
        self._body = aiter(protocol)
        self._missing = int(declared) if declared.isascii() and declared.isdigit() else 0
        self._is_body_read = False
        self._status = 500
        self._headers: list[tuple[str, str]] = []
        self._parts: list[bytes] = []
        self._stream: Any = None

    async def receive(self) -> Message:
        """Piece by piece, so that the application stops a body larger than it wants.

        Raise Refused when the connection broke: half a request must not be acted upon.
        """
        if self._is_body_read:
            await self._protocol.client_disconnect()
            return {"type": "http.disconnect"}
        try:
            # Not anext() with a default: Granian's own awaitable crashes the process under it.
            piece = await anext(self._body)
        except StopAsyncIteration:
            self._is_body_read = True
        else:
            self._missing -= len(piece)
            return {"type": "http.request", "body": piece, "more_body": True}
        if self._missing > 0:
            raise Refused(f"the body ends {self._missing} bytes too early")
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = [
                (name.decode(_TEXT), value.decode(_TEXT)) for name, value in message["headers"]
            ]
            return
        body = bytes(message.get("body", b""))
        if message.get("more_body"):
            await self._send_part(body)
        elif self._stream is not None:
            if body:
                await self._stream.send_bytes(body)
            self._stream = None  # dropping the transport ends the answer
        else:
            self._answer(body)

    async def _send_part(self, body: bytes) -> None:
        if self._stream is None:
            headers = [(name, value) for name, value in self._headers if name != "content-length"]
            self._stream = self._protocol.response_stream(self._status, headers)
        if body:
            await self._stream.send_bytes(body)

    def _answer(self, body: bytes) -> None:
        if body:
            self._protocol.response_bytes(self._status, self._headers, body)
        else:
            self._protocol.response_empty(self._status, self._headers)


def _asgi_scope(scope: Any) -> Message:
    host, _, port = scope.client.rpartition(":")
    server_host, _, server_port = scope.server.rpartition(":")
    path = scope.path
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": scope.http_version,
        "method": scope.method,
        "scheme": scope.scheme,
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": scope.query_string.encode(),
        "root_path": "",
        "headers": [
            (name.encode(_TEXT), value.encode(_TEXT)) for name, value in scope.headers.items()
        ],
        "client": (host, int(port or 0)),
        "server": (server_host, int(server_port or 0)),
        "state": {},
    }
