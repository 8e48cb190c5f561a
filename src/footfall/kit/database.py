"""The people database: one engine, SQLite or PostgreSQL, with short explicit transactions."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from footfall.kit.clock import from_ms
from footfall.kit.errors import ConfigError

__all__ = [
    "Connection",
    "Database",
    "Text",
    "UtcDateTime",
    "insert_missing",
    "is_one_of",
    "metadata",
    "upsert",
    "upsert_tuples",
    "without_nul",
]

metadata = sa.MetaData()

# A writer waits this long for another process's transaction before it gives up;
# the longest one of ours is a pipeline batch, well under a second.
BUSY_TIMEOUT_SECONDS = 30


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An instant as epoch milliseconds: sorts, compares and survives both engines alike."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> int | None:  # noqa: ARG002
        return None if value is None else round(value.timestamp() * 1000)

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return from_ms(value)


class Text(sa.types.TypeDecorator[str]):
    """Text from anywhere; NUL is taken out, for PostgreSQL refuses the whole row over it."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else without_nul(value)


class Database:
    """Connections to the people database, one per transaction."""

    def __init__(self, url: str) -> None:
        _check_url(url)
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        if self.is_sqlite:
            Path(sa.make_url(url).database or "").parent.mkdir(parents=True, exist_ok=True)
        arguments = {"timeout": BUSY_TIMEOUT_SECONDS} if self.is_sqlite else {}
        # A failed statement ends up in the log, and its values are names and addresses.
        self.engine = sa.create_engine(
            url, connect_args=arguments, pool_pre_ping=not self.is_sqlite, hide_parameters=True
        )
        sa.event.listen(self.engine, "handle_error", _hide_row)
        if self.is_sqlite:
            sa.event.listen(self.engine, "connect", _prepare_sqlite)
            sa.event.listen(self.engine, "begin", _begin_sqlite)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that may write; on SQLite it is the only one from its first statement.

        On PostgreSQL each statement sees what others have committed: rows that many compute
        together, such as the view of the identity ledger, need a lock of their own.
        """
        with self.engine.connect() as connection:
            connection.execution_options(footfall_write=True)
            with connection.begin():
                yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One transaction that only reads: a consistent picture that blocks nobody."""
        with self.engine.connect() as connection:
            connection.execution_options(footfall_write=False)
            if not self.is_sqlite:
                connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            with connection.begin():
                yield connection

    def close(self) -> None:
        self.engine.dispose()


def _check_url(url: str) -> None:
    """Raise ConfigError; the address itself is not repeated, for a password may stand in it."""
    try:
        backend = sa.make_url(url).get_backend_name()
    except (sa.exc.ArgumentError, ValueError):
        backend = ""
    if backend not in ("sqlite", "postgresql"):
        raise ConfigError(
            "FOOTFALL_DATABASE_URL: write it like postgresql+psycopg://user:password@host/name, "
            "or leave it empty for a file in the data folder"
        )


def upsert(
    connection: Connection,
    table: sa.Table,
    rows: Sequence[Mapping[str, Any]],
    update: Sequence[str] | None = None,
) -> None:
    """Insert rows; where the primary key is there already, update the named columns.

    ``update`` None means every column given that is not part of the key.
    """
    if not rows:
        return
    insert = _insert_into(connection, table)
    keys = [column.name for column in table.primary_key]
    changed = [name for name in rows[0] if name not in keys] if update is None else list(update)
    if changed:
        values = {name: insert.excluded[name] for name in changed}
        statement: Any = insert.on_conflict_do_update(index_elements=keys, set_=values)
    else:
        statement = insert.on_conflict_do_nothing(index_elements=keys)
    connection.execute(statement, [dict(row) for row in rows])


def upsert_tuples(
    connection: Connection, table: sa.Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert or replace thousands of rows, each of them as the driver takes it.

    No type of ours is applied to the values: that costs more than the engine's own work.
    """
    if not rows:
        return
    placeholder = "?" if connection.dialect.name == "sqlite" else "%s"
    keys = [column.name for column in table.primary_key]
    changed = [f"{name} = excluded.{name}" for name in names if name not in keys]
    statement = (
        f"INSERT INTO {table.name} ({', '.join(names)}) "
        f"VALUES ({', '.join([placeholder] * len(names))}) "
        f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {', '.join(changed)}"
    )
    connection.exec_driver_sql(statement, list(rows))


def is_one_of(
    connection: Connection, column: sa.ColumnElement[str], texts: Sequence[str]
) -> sa.ColumnElement[bool]:
    """``column IN texts`` with one bound value, however many texts: thousands cost a parser."""
    if connection.dialect.name == "sqlite":
        given = sa.func.json_each(json.dumps(list(texts))).table_valued("value")
        return column.in_(sa.select(given.c.value))
    return column == sa.any_(sa.cast(list(texts), postgresql.ARRAY(sa.Text)))


def insert_missing(
    connection: Connection, table: sa.Table, row: Mapping[str, Any], keys: Sequence[str]
) -> bool:
    """Insert the row unless one with the same keys is there; return whether it was inserted."""
    statement = _insert_into(connection, table).on_conflict_do_nothing(index_elements=keys)
    # The count of rows is not told by every driver; a returned row is.
    found = connection.execute(statement.returning(*table.primary_key), dict(row))
    return found.first() is not None


def without_nul(text: str) -> str:
    return text.replace("\0", "") if "\0" in text else text


def _insert_into(connection: Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    is_sqlite = connection.dialect.name == "sqlite"
    return sqlite.insert(table) if is_sqlite else postgresql.insert(table)


def _hide_row(context: sa.ExceptionContext) -> None:
    """PostgreSQL tells the whole row that it refused, in a DETAIL below its message."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (str(error.args[0]).partition("\nDETAIL:")[0], *error.args[1:])


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # pysqlite's own transaction handling starts transactions late and never for DDL;
    # autocommit plus an explicit BEGIN in _begin_sqlite gives us exact control.
    connection.isolation_level = None
    cursor = connection.cursor()
    _switch_to_wal(cursor)
    for pragma in (
        "synchronous=FULL",  # the intent of a batch must survive power loss, or replays double it
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "cache_size=-32000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _switch_to_wal(cursor: Any) -> None:
    # The first switch of a new file needs it alone, and SQLite does not wait for that: of
    # several processes that start together, all but one would fail at once.
    deadline = time.monotonic() + BUSY_TIMEOUT_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that reads first and writes later fails at once with
    # "database is locked" when another process wrote in between: writers lock at BEGIN.
    is_write = connection.get_execution_options().get("footfall_write", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_write else "BEGIN")
