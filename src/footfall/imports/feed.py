"""Imported hits in, into the raw log each once, at the pace of the pipeline behind it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol

from footfall.imports.bookmarks import Bookmark, Bookmarks, Intent
from footfall.model import RawHit

HITS_AT_ONCE = 1_000
# About a second of the pipeline's work: what browsers send meanwhile waits no longer.
MOST_PENDING = 20_000
# A pipeline that stands still is switched off, and the log keeps everything for it.
PATIENCE_SECONDS = 10.0
PAUSE_SECONDS = 0.05


class FeedableLog(Protocol):
    """What an import needs of the raw log."""

    @property
    def epoch(self) -> str: ...
    def append(self, hits: Sequence[RawHit]) -> object: ...
    def read(self, start: int, limit: int) -> list[tuple[int, RawHit]]: ...
    def end(self) -> int: ...
    def count(self) -> int: ...


class Pace:
    """Waits until the pipeline has caught up. ``count_done``: the hits that it is done with."""

    def __init__(self, log: FeedableLog, count_done: Callable[[], int]) -> None:
        self._log, self._count_done = log, count_done
        self._stuck_at = -1  # where the pipeline stood when we lost patience

    def wait(self) -> None:
        done, until = -1, time.monotonic() + PATIENCE_SECONDS
        while True:
            before, done = done, self._count_done()
            if self._log.count() - done <= MOST_PENDING or done == self._stuck_at:
                return
            if done != before:
                until = time.monotonic() + PATIENCE_SECONDS
            elif time.monotonic() > until:
                self._stuck_at = done  # it is waited for again as soon as it moves
                return
            time.sleep(PAUSE_SECONDS)


class Feed:
    """Moves one bookmark and the hits that belong to it, together or not at all.

    The intent is durable before the group is; after a crash the log itself tells whether
    the group had entered.
    """

    def __init__(
        self, log: FeedableLog, bookmarks: Bookmarks, bookmark: Bookmark, pace: Pace
    ) -> None:
        self._log, self._bookmarks, self.bookmark, self._pace = log, bookmarks, bookmark, pace
        self._settle()

    def add(self, hits: Sequence[RawHit], first_hit: str, done: int) -> None:
        """Append a group whose first hit has this id; the source is read up to ``done``."""
        if hits:
            self._pace.wait()
            place = (self._log.epoch, self._log.end())
            self.bookmark.intent = Intent(done, first_hit, *place)
            self._bookmarks.save(self.bookmark)
            self._log.append(hits)
            self.bookmark.intent = None
        # Saved with the next intent, or at the end: until then the intent on disk says it too.
        self.bookmark.done = done

    def close(self) -> None:
        self._bookmarks.save(self.bookmark)

    def _settle(self) -> None:
        intent = self.bookmark.intent
        if intent is None:
            return
        if intent.log_epoch == self._log.epoch and self._is_in_log(intent):
            self.bookmark.done = intent.until
        self.bookmark.intent = None

    def _is_in_log(self, intent: Intent) -> bool:
        wanted, at = f'"hit":"{intent.first_hit}"'.encode(), intent.log_at
        while hits := self._log.read(at, 10_000):
            if any(hit.door == "import" and wanted in hit.body for _offset, hit in hits):
                return True
            at = hits[-1][0] + 1
        return False


class Group:
    """Hits on their way to the feed; ``end`` is how far their source is read."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._hits: list[RawHit] = []
        self._first = ""
        self.key = feed.bookmark.key
        self.end = feed.bookmark.done

    def add(self, hit: RawHit, name: str, at: int) -> None:
        """``at`` is where the hit's line begins: all before it are in the group or no hits."""
        if len(self._hits) >= HITS_AT_ONCE:
            self._feed.add(self._hits, self._first, at)
            self._hits = []
        self._first = self._first if self._hits else name
        self._hits.append(hit)

    def flush(self) -> None:
        self._feed.add(self._hits, self._first, self.end)
        self._hits = []


def make_imported_hit(body: bytes, address: str, agent: str | None) -> RawHit:
    """``agent`` None: the source keeps none; "" when there was none, as machines have it."""
    headers = {} if agent is None else {"user-agent": agent}
    return RawHit(time.time_ns() // 1_000_000, "import", address, b"", body, headers)
