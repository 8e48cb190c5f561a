"""A door's side of the cluster's log: what the servers do not take at once waits on its own disk.

One group at a time is on its way to the servers, and while anything is spooled everything is:
so the log has a door's hits in the order of their numbers, and a number that is there says that
all before it are.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from threading import Event as Flag
from threading import Lock, Thread

from footfall.kit.errors import FootfallError, Unavailable
from footfall.model import RawHit
from footfall.rawlog.jetstream import MESSAGE_BYTES, MESSAGE_HITS, JetStreamLog, split
from footfall.rawlog.spool import Spool

log = logging.getLogger(__name__)

# How often a log that is away is tried again, and how soon an empty spool is looked at.
RETRY_SECONDS = 0.25


class SpooledLog(JetStreamLog):
    """Appends whether the servers are there or not; all else needs them."""

    def __init__(self, url: str, folder: Path, name: str = "footfall") -> None:
        super().__init__(url, name)
        self._spool = Spool(folder)
        self._spooled = self._spool.count()
        self._is_sending = True  # until the forwarder has found the log, all is spooled
        self._state = Lock()  # held for moments and for the local disk, never for the network
        self._published = 0
        self._counted: tuple[int, int] | None = None  # in the log, when so many were published
        self._work, self._stop = Flag(), Flag()
        self._forwarder = Thread(target=self._forward, name="spool", daemon=True)
        self._forwarder.start()

    def append(self, hits: Sequence[RawHit]) -> None:
        """Return once the hits are durable, there or here. Raise sqlite3.Error when neither."""
        for group in split(hits):
            self._append_group(group)

    def count(self) -> int:
        """With those that wait here. While the servers are away, what is known of them."""
        # In this order: what is forwarded meanwhile is counted twice for once, and never missed.
        spooled, published = self._spooled, self._published
        try:
            self._counted = super().count(), published
        except Unavailable:
            if self._counted is None:
                raise
        counted, then = self._counted
        return counted + published - then + spooled

    def count_spooled(self) -> int:
        """How many hits only this door has."""
        return self._spooled

    def received_at_ms(self, start: int) -> int | None:
        try:
            found = super().received_at_ms(start)
        except Unavailable:
            found = None
        return self._spool.received_at_ms() if found is None else found

    def close(self) -> None:
        self._stop.set()
        self._work.set()
        self._forwarder.join()
        super().close()
        self._spool.close()

    def _append_group(self, hits: Sequence[RawHit]) -> None:
        with self._state:
            number = self._spool.take_number()
            if self._is_sending or self._spooled:
                self._put(number, hits)
                return
            self._is_sending = True
        try:
            self._send(number, hits)
        finally:
            with self._state:
                self._is_sending = False
                if self._spooled:
                    self._work.set()

    def _send(self, number: int, hits: Sequence[RawHit]) -> None:
        try:
            self.publish(self._spool.door, number, hits)
        except FootfallError as error:
            log.warning("%d hits are spooled here: %s", len(hits), error)
            self._spool.note_tried(number)
            with self._state:
                self._put(number, hits)
        else:
            self._published += len(hits)  # by one thread at a time: the one that sends

    def _put(self, number: int, hits: Sequence[RawHit]) -> None:
        self._spool.put(number, hits)
        self._spooled += len(hits)
        self._work.set()

    def _forward(self) -> None:
        """Move what is spooled into the log, for as long as the door lives."""
        while not self._stop.is_set():
            try:
                self.prepare()
                self.count()
                break
            except FootfallError as error:
                log.warning("the log is away, hits are spooled here: %s", error)
            self._stop.wait(RETRY_SECONDS)
        log.info("hits go to the log; %d that waited here go first", self._spooled)
        with self._state:
            self._is_sending = False
        while not self._stop.is_set():
            try:
                is_empty = not self._forward_group()
            except FootfallError as error:
                log.debug("%d hits wait here for the log: %s", self._spooled, error)
                self._stop.wait(RETRY_SECONDS)
                continue
            except Exception:  # whatever it is, what was acknowledged must not stay here
                log.exception("%d hits wait here for the log", self._spooled)
                self._stop.wait(RETRY_SECONDS)
                continue
            if is_empty and not self._stop.is_set():
                self._work.wait()

    def _forward_group(self) -> bool:
        """Move the oldest groups, as one message; False when there are none. Raise Unavailable."""
        with self._state:
            self._work.clear()
            if self._is_sending or not self._spooled:
                return False
        last, hits = self._spool.read_first(MESSAGE_HITS, MESSAGE_BYTES)
        is_there = False
        if last <= self._spool.tried:
            # However long ago that was: longer than the servers remember the ids of messages.
            is_there = self.find_last_number(self._spool.door) >= last
        else:
            self._spool.note_tried(last)
        if not is_there:
            self.publish(self._spool.door, last, hits)
        with self._state:
            self._spool.remove(last)
            self._spooled -= len(hits)
            self._published += len(hits)
        return True
