"""The door's cookie rules: as the account has them, and there when the database is not."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest

from footfall import accounts
from footfall.app import CookieRulesReader
from footfall.collector import CookieRules
from footfall.kit import Database

T = TypeVar("T")

PATIENCE_SECONDS = 10.0


@pytest.fixture
def rules(sqlite_database: Database) -> Iterator[CookieRulesReader]:
    reader = CookieRulesReader(sqlite_database, every_seconds=0.01)
    yield reader
    reader.stop()


def wait_for(find: Callable[[], T]) -> T:
    until = time.monotonic() + PATIENCE_SECONDS
    while not (found := find()) and time.monotonic() < until:
        time.sleep(0.01)
    return found


def add_account(database: Database, smid: str) -> None:
    with database.write() as connection:
        accounts.create_account(connection, "Shop", smid=smid)


def test_new_account_is_noticed(rules: CookieRulesReader, sqlite_database: Database) -> None:
    before = rules.find("abc")

    add_account(sqlite_database, "abc")

    found = wait_for(lambda: rules.find("abc"))
    assert before is None
    assert found == CookieRules(accounts.cookie_days({}), "")


def test_rules_outlive_the_database(
    rules: CookieRulesReader, sqlite_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    add_account(sqlite_database, "abc")
    wait_for(lambda: rules.find("abc"))

    with sqlite_database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE accounts RENAME TO gone")
    has_failed = wait_for(lambda: "could not be read" in caplog.text)

    assert has_failed
    assert rules.find("abc") is not None
