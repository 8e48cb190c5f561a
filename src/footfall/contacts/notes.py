"""Notes: what staff wrote about a contact."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from footfall.contacts.tables import notes
from footfall.kit import Connection, now
from footfall.model import AccountId, ContactId, Record


class Note(Record, frozen=True):
    note_id: int
    text: str
    author: str
    written_at: datetime


def add_note(
    connection: Connection, account: AccountId, contact: ContactId, text: str, author: str
) -> None:
    row = {"account_id": account, "contact_id": contact, "text": text, "author": author}
    connection.execute(sa.insert(notes).values(row | {"written_at": now()}))


def list_notes(connection: Connection, account: AccountId, ids: Sequence[ContactId]) -> list[Note]:
    rows = connection.execute(
        sa.select(notes)
        .where(notes.c.account_id == account, notes.c.contact_id.in_(ids))
        .order_by(notes.c.note_id.desc())
    )
    return [
        Note(note_id=r.note_id, text=r.text, author=r.author, written_at=r.written_at) for r in rows
    ]
