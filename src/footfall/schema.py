"""The people database's schema: made or brought up to date at start, by whoever comes first."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

import footfall.accounts.tables
import footfall.contacts.tables
import footfall.identity.tables
import footfall.pipeline.tables  # noqa: F401 (each import adds its tables to the metadata)
from footfall.kit import Connection, Database, UtcDateTime, metadata, now
from footfall.migrations import MIGRATIONS

__all__ = ["list_missing", "metadata", "migrate"]

_applied = sa.Table(
    "migrations",
    sa.MetaData(),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("applied_at", UtcDateTime, nullable=False),
)
# Any number, as long as every process of ours uses the same one.
_POSTGRESQL_LOCK = 7_230_114


def migrate(database: Database) -> list[str]:
    """Apply what is missing, in one transaction; return the names. Safe to run at once twice."""
    with database.write() as connection:
        if not database.is_sqlite:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_POSTGRESQL_LOCK)))
        missing = _list_missing(connection)
        operations = Operations(MigrationContext.configure(connection))
        for name in missing:
            MIGRATIONS[name](operations)
            connection.execute(sa.insert(_applied).values(name=name, applied_at=now()))
    return missing


def list_missing(database: Database) -> list[str]:
    """The names of what a start would apply; changes nothing."""
    with database.read() as connection:
        if not sa.inspect(connection).has_table(_applied.name):
            return list(MIGRATIONS)
        return _list_missing(connection)


def _list_missing(connection: Connection) -> list[str]:
    if not sa.inspect(connection).has_table(_applied.name):
        _applied.create(connection)
    done = set(connection.execute(sa.select(_applied.c.name)).scalars())
    return [name for name in MIGRATIONS if name not in done]
