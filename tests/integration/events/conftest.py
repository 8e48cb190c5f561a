"""The event store on a real engine, through each way of asking it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.event_stores import CLIENTS, open_engine

from footfall.events import Engine, EventStore


@pytest.fixture(params=CLIENTS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with open_engine(tmp_path, request.param) as opened:
        yield opened


@pytest.fixture
def store(engine: Engine) -> EventStore:
    return EventStore(engine)
