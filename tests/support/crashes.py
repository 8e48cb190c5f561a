"""A worker whose parts fail at a chosen step: before, within and after everything they write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from footfall.events import Engine, EventStore
from footfall.events.engine import Row
from footfall.kit import Connection, Database
from footfall.model import BuryReason, Claim, Event, RawHit
from footfall.pipeline import Worker
from footfall.pipeline.geo import Geo
from footfall.pipeline.organisation import Networks
from footfall.rawlog import SqliteLog


class Crashed(Exception):
    """The process ends here."""


class Tripwire:
    """Counts the steps passed; the one numbered ``at`` is the last."""

    def __init__(self, at: int | None = None) -> None:
        self.at = at
        self.passed = 0

    def step(self) -> None:
        self.passed += 1
        if self.passed == self.at:
            raise Crashed(f"at step {self.at}")


def work(folder: Path, engine: Engine, wire: Tripwire, geo: Path | None = None) -> None:
    """Start a worker on the folder's files and let it run until all is read or it crashes."""
    database = _TrippingDatabase(f"sqlite:///{folder / 'people.db'}", wire)
    log = _TrippingLog(folder / "rawlog.db", wire)

    def react(_connection: Connection, _events: Sequence[Event], _claims: Sequence[Claim]) -> None:
        wire.step()

    store = EventStore(_TrippingEngine(engine, wire))
    worker = Worker(log, store, database, Geo(geo), Networks(), [react])
    try:
        while worker.work_once(limit=BATCH):
            pass
    finally:
        log.close()
        database.close()


BATCH = 10


class _TrippingLog(SqliteLog):
    def __init__(self, path: Path, wire: Tripwire) -> None:
        super().__init__(path)
        self._wire = wire

    def bury(self, offset: int, reason: BuryReason, hit: RawHit) -> None:
        self._wire.step()
        super().bury(offset, reason, hit)
        self._wire.step()


class _TrippingDatabase(Database):
    def __init__(self, url: str, wire: Tripwire) -> None:
        super().__init__(url)
        self._wire = wire

    @contextmanager
    def write(self) -> Iterator[Connection]:
        self._wire.step()
        with super().write() as connection:
            yield connection
            self._wire.step()  # all is said, nothing is committed
        self._wire.step()


class _TrippingEngine:
    def __init__(self, engine: Engine, wire: Tripwire) -> None:
        self._engine = engine
        self._wire = wire

    def insert(self, table: str, columns: Sequence[str], block: bytes, token: str) -> None:
        self._wire.step()
        self._engine.insert(table, columns, block, token)
        self._wire.step()

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        return self._engine.query(sql, parameters)
