"""A NATS connection for synchronous code: its event loop runs in a thread of its own."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from threading import Thread
from typing import Any, TypeVar

import nats
from nats.aio.client import Client

from footfall.kit.errors import ConfigError, Unavailable

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")

# A request that takes longer is one to a server that hangs.
ANSWER_SECONDS = 5.0
CONNECT_SECONDS = 1.0
RECONNECT_SECONDS = 0.2
# A server that hangs with its connections open is left after two missed pings.
PING_SECONDS = 2
# One hit of a batch may unpack to four MiB, and travels with its headers.
LEAST_PAYLOAD_BYTES = 5 << 20


class NatsLink:
    """Connects when it is first needed, and again by itself whenever a server goes away."""

    def __init__(self, url: str) -> None:
        self._servers = [server.strip() for server in url.split(",")]
        self._client: Client | None = None
        self._loop = asyncio.new_event_loop()
        self._connecting = asyncio.Lock()
        self._thread = Thread(target=self._loop.run_forever, name="nats", daemon=True)
        self._thread.start()

    def ask(
        self, request: Callable[[Client], Awaitable[Answer]], seconds: float = ANSWER_SECONDS
    ) -> Answer:
        """What the servers answer. Raise Unavailable when they do not in time."""
        task = asyncio.run_coroutine_threadsafe(self._ask(request, seconds), self._loop)
        try:
            return task.result()
        except (nats.errors.Error, TimeoutError, OSError) as error:
            what = f"{type(error).__name__} {error}".strip()
            raise Unavailable(f"the log's servers do not answer: {what}") from error

    def read_state(self, stream: str, subjects: str = "") -> dict[str, Any]:
        """As the stream's leader knows it, with how many messages each such subject has."""
        request = json.dumps({"subjects_filter": subjects} if subjects else {}).encode()

        async def read(client: Client) -> dict[str, Any]:
            answer = await client.request(f"$JS.API.STREAM.INFO.{stream}", request, ANSWER_SECONDS)
            return dict(json.loads(answer.data))

        answer = self.ask(read)
        if "error" in answer:
            raise Unavailable(f"the state of {stream} cannot be read: {answer['error']}")
        state = dict(answer["state"])
        if subjects and answer["total"] > len(state.get("subjects") or {}):
            raise Unavailable(f"{stream} has more than {answer['limit']} subjects")
        return state

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _ask(self, request: Callable[[Client], Awaitable[Answer]], seconds: float) -> Answer:
        async with asyncio.timeout(seconds):
            async with self._connecting:
                client = self._client or await self._connect()
            # Nothing is kept for later: who asks decides what becomes of a request.
            if not client.is_connected:
                raise nats.errors.ConnectionReconnectingError
            return await request(client)

    async def _connect(self) -> Client:
        client = Client()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await client.connect(
                    self._servers,
                    name="footfall",
                    connect_timeout=1,
                    reconnect_time_wait=RECONNECT_SECONDS,  # type: ignore[arg-type]
                    max_reconnect_attempts=-1,
                    ping_interval=PING_SECONDS,
                    pending_size=0,
                    error_cb=_note_error,
                    disconnected_cb=self._note_loss,
                    reconnected_cb=_note_return,
                )
        except BaseException:
            await client.close()
            raise
        if client.max_payload < LEAST_PAYLOAD_BYTES:
            await client.close()
            raise ConfigError("a large hit does not fit: set max_payload: 8MB in the NATS servers")
        self._client = client
        return client

    async def _close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _note_loss(self) -> None:
        if self._client is not None:  # else it was closed, or never there
            log.warning("the connection to the log is lost")


async def _note_error(error: Exception) -> None:
    log.debug("the connection to the log: %r", error)  # every attempt of many


async def _note_return() -> None:
    log.info("the connection to the log is back")
