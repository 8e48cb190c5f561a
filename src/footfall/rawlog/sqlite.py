"""The embedded raw log: a SQLite file of its own, one row per group of hits."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

from footfall.kit import NotFound, make_uuid, now, to_ms
from footfall.model import BuryReason, RawHit
from footfall.rawlog.contract import Buried
from footfall.rawlog.payload import decode_group, decode_hit, encode

# A log of its own file: pipeline commits elsewhere must never stall the door.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS log (epoch TEXT NOT NULL, next_offset INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS groups (
    first_offset INTEGER PRIMARY KEY,
    hits INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    payload BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS buried (
    offset INTEGER PRIMARY KEY,
    reason TEXT NOT NULL,
    buried_at INTEGER NOT NULL,
    payload BLOB NOT NULL,
    replayed_at INTEGER
);
"""


class SqliteLog:
    """Several processes may read; one appends at a time (the write lock sees to it).

    Offsets count hits, from 0, without holes.
    """

    def __init__(self, path: Path) -> None:
        self._connection = open_durably(path, _SCHEMA)
        self._lock = Lock()  # one connection, used by the writer thread and by readers
        self.epoch = self._read_epoch()

    def append(self, hits: Sequence[RawHit]) -> range:
        """Make the hits durable; return their offsets. Raise sqlite3.Error when it cannot."""
        payload = encode(hits)
        with self._lock:
            run = self._connection.execute
            run("BEGIN IMMEDIATE")
            try:
                start = run("SELECT next_offset FROM log").fetchone()[0]
                row = (start, len(hits), hits[0].received_at_ms, payload)
                run("INSERT INTO groups VALUES (?, ?, ?, ?)", row)
                run("UPDATE log SET next_offset = ?", (start + len(hits),))
                run("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    run("ROLLBACK")
                raise
        return range(start, start + len(hits))

    def read(self, start: int, limit: int, until: int | None = None) -> list[tuple[int, RawHit]]:
        """The hits from ``start`` on and before ``until``, at most ``limit``; empty at the end."""
        limit = limit if until is None else min(limit, until - start)
        found: list[tuple[int, RawHit]] = []
        with self._lock:
            rows = self._connection.execute(
                "SELECT first_offset, payload FROM groups WHERE first_offset >= "
                "coalesce((SELECT max(first_offset) FROM groups WHERE first_offset <= ?), 0) "
                "ORDER BY first_offset",
                (start,),
            )
            for first, payload in rows:
                hits = decode_group(payload)
                skipped = max(0, start - first)
                found += enumerate(hits[skipped:], first + skipped)
                if len(found) >= limit:
                    break
        return found[:limit]

    def read_newest(self, limit: int) -> list[tuple[int, RawHit]]:
        return self.read(max(0, self.end() - limit), limit)

    def count(self) -> int:
        return self.end()  # for offsets have no holes, and start at 0

    def end(self) -> int:
        with self._lock:
            row = self._connection.execute("SELECT next_offset FROM log").fetchone()
        return int(row[0])

    def received_at_ms(self, start: int) -> int | None:
        hits = self.read(start, 1)
        return hits[0][1].received_at_ms if hits else None

    def bury(self, offset: int, reason: BuryReason, hit: RawHit) -> None:
        """Keep an unreadable hit; burying the same offset again changes nothing."""
        row = (offset, reason.value, to_ms(now()), encode(hit))
        with self._lock:
            self._connection.execute("INSERT OR IGNORE INTO buried VALUES (?, ?, ?, ?, NULL)", row)

    def list_buried(self, limit: int = 100, before: int | None = None) -> list[Buried]:
        """The newest first."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT offset, reason, buried_at, replayed_at, payload FROM buried "
                "WHERE offset < ? ORDER BY offset DESC LIMIT ?",
                (before if before is not None else 1 << 62, limit),
            ).fetchall()
        return [_buried(row) for row in rows]

    def replay(self, offset: int) -> range:
        """Append a buried hit once more. Raise NotFound when nothing is buried there."""
        with self._lock:
            row = self._connection.execute(
                "SELECT offset, reason, buried_at, replayed_at, payload FROM buried "
                "WHERE offset = ?",
                (offset,),
            ).fetchone()
        if row is None:
            raise NotFound(f"nothing is buried at offset {offset}")
        appended = self.append([_buried(row).hit])
        with self._lock:
            self._connection.execute(
                "UPDATE buried SET replayed_at = ? WHERE offset = ?", (to_ms(now()), offset)
            )
        return appended

    def trim(self, before: int) -> int:
        """Forget groups that end before this offset; return how many. The count stays."""
        with self._lock:
            done = self._connection.execute(
                "DELETE FROM groups WHERE first_offset + hits <= ?", (before,)
            )
        return done.rowcount

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _read_epoch(self) -> str:
        run = self._connection.execute
        run("BEGIN IMMEDIATE")
        row = run("SELECT epoch FROM log").fetchone()
        epoch = str(row[0]) if row else make_uuid()
        if row is None:
            run("INSERT INTO log VALUES (?, 0)", (epoch,))
        run("COMMIT")
        return epoch


def open_durably(path: Path, schema: str) -> sqlite3.Connection:
    """What is committed survives power loss, not only a crash of ours: that is FULL."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "journal_size_limit=67108864"):
        connection.execute(f"PRAGMA {pragma}")
    connection.executescript(schema)
    return connection


def _buried(row: tuple[int, str, int, int | None, bytes]) -> Buried:
    offset, reason, buried_at, replayed_at, payload = row
    return Buried(
        offset=offset,
        reason=BuryReason(reason),
        buried_at_ms=buried_at,
        replayed_at_ms=replayed_at,
        hit=decode_hit(payload),
    )
