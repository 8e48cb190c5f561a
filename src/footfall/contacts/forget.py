"""Forget a contact: what was declared and claimed is erased, a nameless tombstone stays."""

from __future__ import annotations

import sqlalchemy as sa

from footfall import identity
from footfall.contacts.joining import renew_activity
from footfall.contacts.store import resolve_contact
from footfall.contacts.tables import changes, consents, contacts, notes, opt_ins, tags
from footfall.kit import Connection, now
from footfall.model import AccountId, ContactId

_BELONGINGS = (changes, consents, notes, opt_ins, tags)
_DECLARED = ("name", "phone", "company", "external_id", "owner", "language", "birthday")


def forget(connection: Connection, account: AccountId, contact: ContactId) -> list[ContactId]:
    """Erase the person behind this id, with every card merged into theirs; return the ids.

    The browsers' events turn anonymous. The tombstones keep the ids taken, so that a cookie or
    link that still names one identifies nobody. Raise NotFound.
    """
    survivor = resolve_contact(connection, account, contact).contact
    members = identity.list_members(connection, account, survivor)
    heirs = identity.erase_claims(connection, account, members)
    for table in _BELONGINGS:
        connection.execute(
            sa.delete(table).where(table.c.account_id == account, table.c.contact_id.in_(members))
        )
    connection.execute(
        sa.update(contacts)
        .where(contacts.c.account_id == account, contacts.c.contact_id.in_(members))
        .values(_blank())
    )
    renew_activity(connection, account, heirs)
    return members


def _blank() -> dict[str, object]:
    moment = now()
    values: dict[str, object] = dict.fromkeys(_DECLARED, "")
    values |= {"email": None, "state": "UNKNOWN", "address": "{}", "properties": "{}", "score": 0}
    values |= {"last_seen_at": None, "is_monitored": False}
    # Stopped as well: hits still on their way to the contact itself are dropped and counted.
    return values | {"modified_at": moment, "stopped_at": moment, "forgotten_at": moment}
