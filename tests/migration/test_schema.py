"""Migrations lead to the very schema that the code believes in, on both engines."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations

from footfall.kit import Connection, Database
from footfall.migrations import MIGRATIONS
from footfall.schema import metadata, migrate


def test_migrated_schema_equals_metadata(database: Database) -> None:
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, metadata)

    expected_leftover = [("remove_table", "migrations")]
    assert [(kind, getattr(thing, "name", thing)) for kind, thing, *_ in differences] == (
        expected_leftover
    )


def test_migrated_columns_equal_metadata(database: Database) -> None:
    with database.read() as connection:
        found = {name: read_columns(connection, name) for name in metadata.tables}

    assert found == {name: list_columns(table) for name, table in metadata.tables.items()}


def test_migrating_twice_is_harmless(empty_database: Database) -> None:
    first = migrate(empty_database)
    with empty_database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO wrong_codes (smid, host, last_hit_at) VALUES ('a', 'b', 1)"
        )
    second = migrate(empty_database)

    with empty_database.read() as connection:
        kept = connection.exec_driver_sql("SELECT count(*) FROM wrong_codes").scalar()
    assert (first, second, kept) == (list(MIGRATIONS), [], 1)


def test_migrating_at_once_is_harmless(empty_database: Database) -> None:
    gate, applied = Barrier(3), []

    def start() -> None:
        database = Database(empty_database.url)
        gate.wait(10)
        applied.append(migrate(database))
        database.close()

    threads = [Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(applied) == [[], [], list(MIGRATIONS)]


def test_older_schema_catches_up(empty_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    first, *later = MIGRATIONS
    monkeypatch.setattr("footfall.schema.MIGRATIONS", {first: MIGRATIONS[first]})
    migrate(empty_database)
    monkeypatch.undo()

    assert migrate(empty_database) == later
    with empty_database.read() as connection:
        assert "forgotten_at" in dict(read_columns(connection, "contacts"))


def test_failed_migration_leaves_nothing(
    empty_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(operations: Operations) -> None:
        operations.create_table("half", sa.Column("half_id", sa.Integer))
        raise RuntimeError

    monkeypatch.setitem(MIGRATIONS, "9999_fail", fail)

    with pytest.raises(RuntimeError):
        migrate(empty_database)
    with empty_database.read() as connection:
        assert sa.inspect(connection).get_table_names() == []


def test_migrations_are_named_in_order() -> None:
    numbers = [int(name[:4]) for name in MIGRATIONS]

    assert numbers == list(range(1, len(MIGRATIONS) + 1))


def read_columns(connection: Connection, table: str) -> list[tuple[str, Any]]:
    return [(c["name"], c["nullable"]) for c in sa.inspect(connection).get_columns(table)]


def list_columns(table: sa.Table) -> list[tuple[str, Any]]:
    return [(column.name, column.nullable) for column in table.columns]
