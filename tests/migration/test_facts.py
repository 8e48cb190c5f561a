"""What is known of visitors survives the move of its five columns into one."""

from __future__ import annotations

import pytest

from footfall import identity
from footfall.kit import Database
from footfall.migrations import MIGRATIONS
from footfall.model import AccountId, Channel, Device, Touchpoint, VisitorId
from footfall.schema import migrate

OLD_ROW = """
INSERT INTO visitors VALUES (1, 'aa', 1, 2, 3, 4, 5, '', 'shop.example', '/ż', 'a:b',
    '{"channel":"search","source":"G:\\"ż"}', '{}', '{"kind":"phone"}', '{}', '{}', '')
"""


def test_older_rows_keep_their_facts(
    empty_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = {name: step for name, step in MIGRATIONS.items() if name < "0003"}
    monkeypatch.setattr("footfall.schema.MIGRATIONS", older)
    migrate(empty_database)
    with empty_database.write() as connection:
        connection.exec_driver_sql(OLD_ROW)
    monkeypatch.undo()

    migrate(empty_database)

    with empty_database.read() as connection:
        [found] = identity.find_visitors(connection, AccountId(1), [VisitorId("aa")]).values()
    assert found.first_touchpoint == Touchpoint(channel=Channel.SEARCH, source='G:"ż')
    assert (found.last_title, found.device) == ("a:b", Device(kind="phone"))
