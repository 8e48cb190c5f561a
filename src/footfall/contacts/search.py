"""Find contacts: free text and filters in, one keyset page out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from footfall.contacts.store import Contact, find_contacts
from footfall.contacts.tables import contacts, tags
from footfall.kit import Connection, from_ms, to_ms
from footfall.model import AccountId, ContactId, Record

SORTS = ("last_seen_at", "created_at")
_NEVER = from_ms(0)
# Digits of a cursor that both engines can still compare with a time.
LONGEST_TIME = 15


class ContactQuery(Record, frozen=True):
    """What the list shows. ``after`` is the cursor that the page before gave."""

    text: str = ""
    tag: str = ""
    is_monitored: bool | None = None
    is_stopped: bool | None = None
    seen_since: datetime | None = None
    created_since: datetime | None = None
    created_until: datetime | None = None
    sort: str = "last_seen_at"
    limit: int = 50
    after: str = ""


class ContactPage(Record, frozen=True):
    contacts: list[Contact]
    next: str  # "" on the last page


def list_contacts(connection: Connection, account: AccountId, query: ContactQuery) -> ContactPage:
    """Newest first by the chosen time; one that was merged is found as its survivor."""
    column = contacts.c[query.sort if query.sort in SORTS else SORTS[0]]
    # Contacts never seen sort last: NULL would sort differently on the two engines.
    order = sa.func.coalesce(column, sa.literal(0, sa.BigInteger))
    statement = (
        sa.select(contacts.c.contact_id, sa.type_coerce(order, sa.BigInteger).label("position"))
        .where(contacts.c.account_id == account, *_conditions(account, query))
        .order_by(sa.desc(order), sa.desc(contacts.c.contact_id))
        .limit(query.limit + 1)
    )
    if query.after:
        statement = statement.where(_after(order, query.after))
    rows = connection.execute(statement).all()
    page = rows[: query.limit]
    found = find_contacts(connection, account, [ContactId(row.contact_id) for row in page])
    cursor = f"{page[-1].position}.{page[-1].contact_id}" if len(rows) > query.limit else ""
    return ContactPage(contacts=[found[row.contact_id] for row in page], next=cursor)


def count_contacts(connection: Connection, account: AccountId, query: ContactQuery) -> int:
    return int(
        connection.execute(
            sa.select(sa.func.count())
            .select_from(contacts)
            .where(contacts.c.account_id == account, *_conditions(account, query))
        ).scalar_one()
    )


def _conditions(account: AccountId, query: ContactQuery) -> Sequence[Any]:
    conditions: list[Any] = [contacts.c.merged_into.is_(None), contacts.c.forgotten_at.is_(None)]
    conditions += [_or_took_in(account, _holds(word)) for word in query.text.split()]
    if query.tag:
        tagged = sa.select(tags.c.contact_id).where(
            tags.c.account_id == account, tags.c.tag == query.tag
        )
        conditions.append(_or_took_in(account, contacts.c.contact_id.in_(tagged)))
    if query.is_monitored is not None:
        conditions.append(contacts.c.is_monitored == query.is_monitored)
    if query.is_stopped is not None:
        stopped = contacts.c.stopped_at
        conditions.append(stopped.is_not(None) if query.is_stopped else stopped.is_(None))
    if query.seen_since is not None:
        conditions.append(contacts.c.last_seen_at >= query.seen_since)
    if query.created_since is not None:
        conditions.append(contacts.c.created_at >= query.created_since)
    if query.created_until is not None:
        conditions.append(contacts.c.created_at < query.created_until)
    return conditions


def _or_took_in(account: AccountId, condition: sa.ColumnElement[bool]) -> Any:
    """The condition is true of the card, or of one that was merged into it, however indirectly."""
    merged = (
        sa.select(contacts.c.merged_into.label("survivor"))
        .where(contacts.c.account_id == account, contacts.c.merged_into.is_not(None), condition)
        .cte(recursive=True)
    )
    upwards = contacts.alias()
    merged = merged.union(
        sa.select(upwards.c.merged_into).where(
            upwards.c.account_id == account,
            upwards.c.contact_id == merged.c.survivor,
            upwards.c.merged_into.is_not(None),
        )
    )
    return sa.or_(condition, contacts.c.contact_id.in_(sa.select(merged.c.survivor)))


def _holds(word: str) -> Any:
    columns = (contacts.c.email, contacts.c.name, contacts.c.company, contacts.c.phone)
    return sa.or_(*(column.icontains(word, autoescape=True) for column in columns))


def _after(order: Any, cursor: str) -> Any:
    position, _, contact = cursor.partition(".")
    is_time = position.isascii() and position.isdigit() and len(position) <= LONGEST_TIME
    at = sa.literal(int(position) if is_time else to_ms(_NEVER), sa.BigInteger)
    value = sa.type_coerce(order, sa.BigInteger)
    return sa.or_(value < at, sa.and_(value == at, contacts.c.contact_id < contact))
