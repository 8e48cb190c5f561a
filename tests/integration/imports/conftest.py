"""An import into a real log on disk and a real people database, with a worker behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.integration.pipeline.conftest import EventList
from tests.support.wire import SMID

from footfall import accounts, imports
from footfall.imports import Tally
from footfall.kit import Database
from footfall.model import AccountId, Event, SmId
from footfall.pipeline import Worker, read_outcomes
from footfall.pipeline.geo import Geo
from footfall.pipeline.organisation import Networks
from footfall.rawlog import SqliteLog

SITE = "shop.example.com"


class Importer:
    """Files in, events out; each run is one start of the command."""

    def __init__(self, database: Database, log: SqliteLog, folder: Path) -> None:
        self.database, self.log, self.folder = database, log, folder
        self.store = EventList()
        self.worker = Worker(log, self.store, database, Geo(), Networks())
        with database.write() as connection:
            new = accounts.create_account(connection, "Shop", "Europe/Warsaw", smid=SMID)
        self.account: AccountId = new.account.account
        self.smid = SmId(SMID)
        self.ids = imports.VisitorIds(new.api_secret, ZoneInfo("Europe/Warsaw"))

    @property
    def bookmarks(self) -> imports.Bookmarks:
        return imports.Bookmarks(self.folder / "imports")

    @property
    def pace(self) -> imports.Pace:
        return imports.Pace(self.log, self.log.count)

    def make_people(self, source: str = "access log user") -> imports.People:
        return imports.People(self.database, self.account, source)

    def read_logs(self, *paths: Path, log: Any = None, **rules: Any) -> Tally:
        chosen = imports.LogRules(**{"smid": SmId(SMID), "site": SITE, **rules})
        parts = (self.bookmarks, self.pace, self.ids, self.make_people())
        return imports.AccessLogImport(chosen, log or self.log, *parts).run(paths)

    def work(self) -> Sequence[Event]:
        """All events, once every hit is read."""
        while self.worker.work_once():
            pass
        return self.store.events

    def dropped(self) -> dict[str, int]:
        with self.database.read() as connection:
            return read_outcomes(connection).dropped


@pytest.fixture
def importer(sqlite_database: Database, tmp_path: Path) -> Iterator[Importer]:
    log = SqliteLog(tmp_path / "rawlog.db")
    yield Importer(sqlite_database, log, tmp_path)
    log.close()
