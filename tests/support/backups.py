"""Installations without processes: files as a worker leaves them, and what can be read there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from tests.support.crashes import Tripwire, work
from tests.support.databases import open_sqlite
from tests.support.event_stores import open_engine
from tests.support.wire import NOON, SMID, make_gif, make_visitor

from footfall import accounts
from footfall.backup import Manifest
from footfall.backup.restore import restore_backup
from footfall.backup.write import write_backup
from footfall.kit import Settings, metadata
from footfall.model import RawHit
from footfall.rawlog import SqliteLog


def make_installation(folder: Path) -> Path:
    """A folder with one account and an empty log."""
    with open_sqlite(folder) as database, database.write() as connection:
        accounts.create_account(connection, "Shop", smid=SMID)
    SqliteLog(folder / "rawlog.db").close()
    (folder / "demo.json").write_text("{}")
    return folder


def make_pages(numbers: range) -> list[RawHit]:
    """Page views of three visitors, each page once, over two years."""
    return [
        make_gif(NOON + number * 20_000_000, uuid=make_visitor(number % 3), uri=f"/{number}")
        for number in numbers
    ]


def receive(folder: Path, hits: Sequence[RawHit]) -> None:
    with closing(SqliteLog(folder / "rawlog.db")) as log:
        log.append(hits)


def work_on(folder: Path, crash_at: int | None = None) -> None:
    """Read the log to its end, with the folder's own engine."""
    with open_engine(folder) as engine:
        work(folder, engine, Tripwire(crash_at))


def list_paths(folder: Path) -> Counter[str]:
    """The page of each event in the timeline."""
    with open_engine(folder) as engine:
        rows = engine.query("SELECT JSONExtractString(body, 'path') FROM footfall.timeline")
    return Counter(str(path) for (path,) in rows)


def read_people(folder: Path) -> dict[str, list[Any]]:
    with open_sqlite(folder) as database, database.read() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(sa.select(table))), key=repr)
            for table in metadata.sorted_tables
        }


def back_up(folder: Path, target: Path) -> Manifest:
    return write_backup(Settings(data=folder), target, show_nobody)


def restore(archive: Path, folder: Path) -> Manifest:
    return restore_backup(archive, folder, show_nobody)


def show_nobody(_stage: str, _done: int, _total: int) -> None: ...
