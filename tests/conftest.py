"""Fixtures for every test: the people database on each engine, and a whole installation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.support.browser import open_chromium
from tests.support.databases import PostgreSQL, open_sqlite, start_postgresql
from tests.support.installation import Installation, start_installation

from footfall.kit import Connection, Database

TESTS = Path(__file__).parent


# The quick ones first. Browsers last: while their driver runs, no other event loop can start in
# this thread.
ORDER = ("unit", "migration", "integration", "journey", "tracker")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: ORDER.index(item.path.relative_to(TESTS).parts[0]))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    with start_postgresql() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated people database of its own for each test, on both engines."""
    if request.param == "sqlite":
        with open_sqlite(tmp_path) as opened:
            yield opened
    else:
        server: PostgreSQL = request.getfixturevalue("postgresql")
        with server.open_database() as opened:
            yield opened


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    """One transaction that may write, on each engine."""
    with database.write() as opened:
        yield opened


@pytest.fixture
def sqlite_database(tmp_path: Path) -> Iterator[Database]:
    """For tests in which the engine plays no part."""
    with open_sqlite(tmp_path) as opened:
        yield opened


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests: its driver cannot be started twice in a process."""
    with open_chromium() as chromium:
        yield chromium


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Started as an operator would; whoever stops or breaks it starts one of their own."""
    with start_installation(tmp_path_factory.mktemp("installation")) as started:
        yield started
