"""The people database behaves alike on both engines."""

from __future__ import annotations

import sqlalchemy as sa

from footfall.kit import Database


def test_every_test_starts_empty(database: Database) -> None:
    with database.read() as connection:
        tables = sa.inspect(connection).get_table_names()

        assert "claims" in tables
        assert connection.exec_driver_sql("SELECT count(*) FROM claims").scalar() == 0
