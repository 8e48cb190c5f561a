"""Every implementation of the raw log, for the contract that all of them keep."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.fakes.memory_log import MemoryLog
from tests.support.nats import NatsCluster, start_nats

from footfall.kit import make_uuid
from footfall.rawlog import RawLog, SqliteLog
from footfall.rawlog.jetstream import JetStreamLog


@pytest.fixture(scope="session")
def nats() -> Iterator[NatsCluster]:
    """One server alone; each test has streams of its own."""
    with start_nats() as started:
        yield started


@pytest.fixture
def name() -> str:
    """Of the streams of one test."""
    return f"test-{make_uuid()}"


@pytest.fixture(params=["sqlite", "memory", "jetstream"])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RawLog]:
    opened = _open(request, tmp_path)
    yield opened
    opened.close()


def _open(request: pytest.FixtureRequest, folder: Path) -> RawLog:
    if request.param == "jetstream":
        server: NatsCluster = request.getfixturevalue("nats")
        return JetStreamLog(server.url, request.getfixturevalue("name"))
    return SqliteLog(folder / "rawlog.db") if request.param == "sqlite" else MemoryLog()
