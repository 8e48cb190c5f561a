"""A worker over a log in memory and a real people database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from tests.fakes.memory_log import MemoryLog
from tests.support.wire import SMID

from footfall import accounts, identity
from footfall.identity import Visitor
from footfall.kit import Database
from footfall.model import AccountId, Event, RawHit, VisitorId
from footfall.pipeline import Outcomes, Worker, read_outcomes
from footfall.pipeline.geo import Geo
from footfall.pipeline.organisation import Networks


@dataclass
class EventList:
    """The events in the order in which they were appended; each token counts once."""

    events: list[Event] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)

    def append(self, events: Sequence[Event], token: str) -> None:
        if token not in self.tokens:
            self.tokens.add(token)
            self.events += events


class Bench:
    """Hits in, and what became of them."""

    def __init__(self, database: Database, geo: Geo) -> None:
        self.log = MemoryLog()
        self.store = EventList()
        self.database = database
        self.worker = Worker(self.log, self.store, database, geo, Networks())
        with database.write() as connection:
            self.account: AccountId = accounts.create_account(
                connection, "Shop", smid=SMID
            ).account.account

    def receive(self, *hits: RawHit) -> list[Event]:
        """Append the hits, work until all are read, and return the events they became."""
        before = len(self.store.events)
        self.log.append(hits)
        while self.worker.work_once():
            pass
        return self.store.events[before:]

    def outcomes(self) -> Outcomes:
        with self.database.read() as connection:
            return read_outcomes(connection)

    def find_visitor(self, visitor: str) -> Visitor | None:
        wanted = VisitorId(visitor)
        with self.database.read() as connection:
            return identity.find_visitors(connection, self.account, [wanted]).get(wanted)


@pytest.fixture
def bench(database: Database) -> Bench:
    return Bench(database, Geo())
