"""A contact who is forgotten while a batch of theirs is on its way stays forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread
from time import monotonic

import pytest
import sqlalchemy as sa
from tests.integration.pipeline.conftest import Bench
from tests.support.databases import PostgreSQL
from tests.support.people import add_contact
from tests.support.wire import make_posted

from footfall import contacts
from footfall.identity.tables import claims, spans
from footfall.kit import Database
from footfall.pipeline.geo import Geo

PATIENCE = 20.0


@pytest.fixture
def bench(postgresql: PostgreSQL) -> Iterator[Bench]:
    """SQLite lets one transaction write at a time, so only the other engine can race."""
    with postgresql.open_database() as database:
        yield Bench(database, Geo())


def test_claims_on_their_way_do_not_return(bench: Bench) -> None:
    with bench.database.write() as connection:
        contact = add_contact(connection, bench.account, "anna@example.com").contact
    bench.log.append([make_posted(type="identify", how="login", client=contact)])
    batch = Thread(target=bench.worker.work_once)

    with bench.database.write() as connection:
        contacts.forget(connection, bench.account, contact)
        batch.start()
        wait_for_lock(bench.database)
    batch.join(PATIENCE)

    assert bench.outcomes().stored == 1
    with bench.database.read() as connection:
        left = [connection.execute(sa.select(table)).all() for table in (claims, spans)]
        assert (left, contacts.find_contacts(connection, bench.account, [contact])) == (
            [[], []],
            {},
        )


def wait_for_lock(database: Database) -> None:
    """Until the worker's commit waits for the transaction that is open here."""
    deadline = monotonic() + PATIENCE
    while monotonic() < deadline:
        with database.read() as connection:
            query = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            if connection.exec_driver_sql(query).scalar():
                return
    raise TimeoutError
