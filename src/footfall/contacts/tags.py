"""Tags: short words that people and programs put on a contact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from footfall.contacts.tables import tags
from footfall.kit import Connection, now, upsert
from footfall.model import AccountId, ContactId


def add_tags(
    connection: Connection, account: AccountId, contact: ContactId, names: Iterable[str]
) -> None:
    rows = [
        {"account_id": account, "contact_id": contact, "tag": name, "added_at": now()}
        for name in dict.fromkeys(name.strip()[:255] for name in names)
        if name
    ]
    upsert(connection, tags, rows, update=[])


def remove_tags(
    connection: Connection, account: AccountId, contact: ContactId, names: Sequence[str]
) -> None:
    if names:
        connection.execute(
            sa.delete(tags).where(
                tags.c.account_id == account,
                tags.c.contact_id == contact,
                tags.c.tag.in_([name.strip() for name in names]),
            )
        )


def list_tags(
    connection: Connection, account: AccountId, ids: Sequence[ContactId]
) -> dict[ContactId, list[str]]:
    rows = connection.execute(
        sa.select(tags)
        .where(tags.c.account_id == account, tags.c.contact_id.in_(ids))
        .order_by(tags.c.tag)
    )
    found: dict[ContactId, list[str]] = {}
    for row in rows:
        found.setdefault(ContactId(row.contact_id), []).append(row.tag)
    return found


def count_tags(connection: Connection, account: AccountId) -> dict[str, int]:
    rows = connection.execute(
        sa.select(tags.c.tag, sa.func.count().label("size"))
        .where(tags.c.account_id == account)
        .group_by(tags.c.tag)
        .order_by(sa.desc("size"), tags.c.tag)
    )
    return {row.tag: row.size for row in rows}
