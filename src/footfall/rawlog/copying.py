"""A log that is being written in, a smaller log of the same epoch and end out."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from footfall.rawlog.sqlite import SqliteLog


def copy_log(source: Path, target: Path, start: int) -> int:
    """Keep the hits from ``start`` on and all that is buried; return the end of the copy."""
    SqliteLog(target).close()
    with closing(sqlite3.connect(source, timeout=30, isolation_level=None)) as connection:
        run = connection.execute
        run("ATTACH ? AS copy", (str(target),))
        run("BEGIN")  # one picture of the log, while others append to it
        run("DELETE FROM copy.log")
        run("INSERT INTO copy.log SELECT * FROM main.log")
        # The group of ``start`` stays whole: the offset of its first hit is its key.
        run(
            "INSERT INTO copy.groups SELECT * FROM main.groups WHERE first_offset + hits > ?",
            [start],
        )
        run("INSERT INTO copy.buried SELECT * FROM main.buried")
        end = int(run("SELECT next_offset FROM copy.log").fetchone()[0])
        run("COMMIT")
        run("PRAGMA copy.wal_checkpoint(TRUNCATE)")  # the file alone is the copy
        run("DETACH copy")
    return end
