"""Hits that wait on a door's own disk for a log that is away: numbered groups, oldest first."""

from __future__ import annotations

import fcntl
from collections.abc import Sequence
from itertools import count as count_up
from pathlib import Path
from threading import Lock

from footfall.kit import make_uuid
from footfall.model import RawHit
from footfall.rawlog.payload import decode_group, encode
from footfall.rawlog.sqlite import open_durably

_SCHEMA = """
CREATE TABLE IF NOT EXISTS door (id TEXT NOT NULL, starts INTEGER NOT NULL, tried INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS groups (
    number INTEGER PRIMARY KEY,
    hits INTEGER NOT NULL,
    payload BLOB NOT NULL
);
"""
# Each start of a door numbers on from here: above whatever it published before.
NUMBERS_PER_START = 1 << 32


class Spool:
    """The first spool in the folder that no other process holds; its id is the door's for ever."""

    def __init__(self, folder: Path) -> None:
        path = self._claim(folder)
        self._connection = open_durably(path, _SCHEMA)
        self._lock = Lock()
        run = self._connection.execute
        if run("SELECT 1 FROM door").fetchone() is None:
            run("INSERT INTO door VALUES (?, 0, 0)", (make_uuid(),))
        run("UPDATE door SET starts = starts + 1")
        self.door: str
        self._tried: int
        self.door, starts, self._tried = run("SELECT id, starts, tried FROM door").fetchone()
        self._numbers = count_up(int(starts) * NUMBERS_PER_START)

    @property
    def tried(self) -> int:
        """The last number of the groups that may have been published, or not."""
        with self._lock:
            return self._tried

    def take_number(self) -> int:
        return next(self._numbers)

    def put(self, number: int, hits: Sequence[RawHit]) -> None:
        """Make the group durable. Raise sqlite3.Error when it cannot."""
        row = (number, len(hits), encode(hits))
        with self._lock:
            self._connection.execute("INSERT INTO groups VALUES (?, ?, ?)", row)

    def note_tried(self, number: int) -> None:
        """Before the groups up to this one are published as one message under its number.

        Whatever happens then, they are published together, or not at all, ever after.
        """
        with self._lock:
            self._connection.execute("UPDATE door SET tried = ?", (number,))
            self._tried = number

    def read_first(self, hits: int, size: int) -> tuple[int, list[RawHit]]:
        """The oldest groups that belong into one message, and the number of the last of them."""
        last, found, bytes_found = 0, list[RawHit](), 0
        with self._lock:
            rows = self._connection.execute("SELECT * FROM groups ORDER BY number")
            for number, added, payload in rows:
                is_full = len(found) + added > hits or bytes_found + len(payload) > size
                is_other = (last or number) <= self._tried < number
                if last and (is_other or (is_full and number > self._tried)):
                    break
                last, bytes_found = number, bytes_found + len(payload)
                found += decode_group(payload)
            rows.close()
        return last, found

    def remove(self, until: int) -> None:
        """The groups up to this number are in the log."""
        with self._lock:
            self._connection.execute("DELETE FROM groups WHERE number <= ?", (until,))

    def count(self) -> int:
        with self._lock:
            row = self._connection.execute("SELECT coalesce(sum(hits), 0) FROM groups").fetchone()
        return int(row[0])

    def received_at_ms(self) -> int | None:
        """When the oldest hit came in."""
        _number, hits = self.read_first(1, 1)
        return hits[0].received_at_ms if hits else None

    def close(self) -> None:
        with self._lock:
            self._connection.close()
        self._claimed.close()

    def _claim(self, folder: Path) -> Path:
        """The lock of the kernel goes with the process, however that ends."""
        folder.mkdir(parents=True, exist_ok=True)
        for number in count_up(1):
            self._claimed = (folder / f"spool-{number}.lock").open("w")
            try:
                fcntl.flock(self._claimed, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._claimed.close()
                continue
            return folder / f"spool-{number}.db"
        raise AssertionError("numbers do not end")
