"""Every implementation of the raw log, for the contract that all of them keep."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.fakes.memory_log import MemoryLog

from footfall.rawlog import SqliteLog


@pytest.fixture(params=["sqlite", "memory"])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqliteLog | MemoryLog]:
    opened = SqliteLog(tmp_path / "rawlog.db") if request.param == "sqlite" else MemoryLog()
    yield opened
    opened.close()
