"""Group commit: hits from many connections in, one fsync for all that wait, then the answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from threading import Condition, Thread

from footfall.kit.errors import Unavailable
from footfall.model import RawHit

log = logging.getLogger(__name__)

# Hits that may wait for the disk at once; beyond it the door says so instead of hoarding.
MOST_WAITING = 50_000
MOST_WAITING_BYTES = 64 << 20


class Overloaded(Unavailable):
    """More hits wait for the disk than may; nothing of this one was kept."""


class GroupCommit:
    """Collects what arrives while the disk is busy and writes it as the next group.

    ``append`` runs in one thread of its own, so the event loop never waits for the disk.
    """

    def __init__(self, append: Callable[[Sequence[RawHit]], object]) -> None:
        self._append = append
        self._hits: list[RawHit] = []
        self._bytes = 0
        self._waiters: list[asyncio.Future[None]] = []
        self._wakeup = Condition()
        self._is_closing = False
        self._thread = Thread(target=self._write_groups, name="group-commit", daemon=True)
        self._thread.start()

    def accept(self, hits: Sequence[RawHit]) -> asyncio.Future[None]:
        """A future that is done once the hits are durable. Raise Overloaded."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        size = 0
        for hit in hits:
            size += len(hit.query) + len(hit.body)
        with self._wakeup:
            if (
                len(self._hits) + len(hits) > MOST_WAITING
                or self._bytes + size > MOST_WAITING_BYTES
            ):
                raise Overloaded(f"{len(self._hits)} hits wait for the disk already")
            self._hits.extend(hits)
            self._bytes += size
            self._waiters.append(future)
            if len(self._waiters) == 1:
                self._wakeup.notify()
        return future

    def close(self) -> None:
        """Write what waits, then stop."""
        with self._wakeup:
            self._is_closing = True
            self._wakeup.notify()
        self._thread.join()

    def _write_groups(self) -> None:
        while True:
            with self._wakeup:
                while not self._hits and not self._is_closing:
                    self._wakeup.wait()
                if not self._hits:
                    return
                hits, self._hits, self._bytes = self._hits, [], 0
                waiters, self._waiters = self._waiters, []
            self._write(hits, waiters)

    def _write(self, hits: list[RawHit], waiters: list[asyncio.Future[None]]) -> None:
        failure: Exception | None = None
        try:
            self._append(hits)
        except Exception as error:
            log.exception("%d hits could not be made durable", len(hits))
            failure = error
        loop = waiters[0].get_loop()
        if not loop.is_closed():
            loop.call_soon_threadsafe(_answer, waiters, failure)


def _answer(waiters: list[asyncio.Future[None]], failure: Exception | None) -> None:
    for waiter in waiters:
        if waiter.done():
            continue  # the connection is gone
        if failure is None:
            waiter.set_result(None)
        else:
            waiter.set_exception(Unavailable(str(failure)))
