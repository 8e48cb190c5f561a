"""Which contacts were declared one: the merges in force, and who answers for whom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from footfall.identity.tables import merges
from footfall.kit import Connection
from footfall.model import AccountId, ContactId, Record

# A chain of merges is short in life; this only bails out should a cycle ever sneak in.
LONGEST_CHAIN = 1_000


class Merge(Record, frozen=True, kw_only=False):
    """Two contacts declared one; revoking it makes them two again."""

    merge_id: int
    loser: ContactId
    survivor: ContactId
    merged_at: datetime
    merged_by: str


def survivors(
    connection: Connection, account: AccountId, contacts: Iterable[ContactId]
) -> dict[ContactId, ContactId]:
    """Map each contact to the one it was merged into, itself if none."""
    found = {contact: contact for contact in contacts}
    if not found or not _has_merges(connection, account):
        return found
    for contact in found:
        root = contact
        for _ in range(LONGEST_CHAIN):
            step = connection.execute(
                sa.select(merges.c.survivor_id).where(
                    merges.c.account_id == account,
                    merges.c.loser_id == root,
                    merges.c.revoked_at.is_(None),
                )
            ).scalar()
            if step is None:
                break
            root = ContactId(step)
        found[contact] = root
    return found


def list_members(
    connection: Connection, account: AccountId, survivor: ContactId
) -> list[ContactId]:
    """The survivor and every contact merged into it, directly or through others."""
    members = [survivor]
    for member in members:
        members += connection.execute(
            sa.select(merges.c.loser_id).where(
                merges.c.account_id == account,
                merges.c.survivor_id == member,
                merges.c.revoked_at.is_(None),
            )
        ).scalars()
    return members


def list_merges(connection: Connection, account: AccountId, survivor: ContactId) -> list[Merge]:
    members = list_members(connection, account, survivor)
    rows = connection.execute(
        sa.select(merges)
        .where(
            merges.c.account_id == account,
            merges.c.survivor_id.in_(members),
            merges.c.revoked_at.is_(None),
        )
        .order_by(merges.c.merge_id)
    )
    return [read_merge(row) for row in rows]


def read_merge(row: Any) -> Merge:
    return Merge(
        row.merge_id,
        ContactId(row.loser_id),
        ContactId(row.survivor_id),
        row.merged_at,
        row.merged_by,
    )


def _has_merges(connection: Connection, account: AccountId) -> bool:
    query = sa.select(merges.c.merge_id).where(
        merges.c.account_id == account, merges.c.revoked_at.is_(None)
    )
    return connection.execute(query.limit(1)).first() is not None
