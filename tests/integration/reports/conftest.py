"""A real event store with two months of visits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.event_stores import open_engine

from footfall.events import EventStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EventStore]:
    with open_engine(tmp_path) as engine:
        yield EventStore(engine)
