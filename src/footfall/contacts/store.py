"""Contact records: created and changed only by declared facts, never by anonymous traffic."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from footfall import identity
from footfall.contacts.permissions import set_opt_in
from footfall.contacts.tables import changes, contacts
from footfall.contacts.tags import add_tags, remove_tags
from footfall.kit import Connection, NotFound, Refused, is_uuid, make_uuid, now
from footfall.model import AccountId, ContactId, Record

# Local part at most 64 and the whole at most 254 characters (RFC 5321, 4.5.3.1).
_EMAIL = re.compile(
    r"(?=.{3,254}$)[^\s@<>\"(),:;\[\]\\]{1,64}@[^\s@<>\"(),:;\[\]\\.]+(\.[^\s@<>\"(),:;\[\]\\.]+)+"
)

FIELDS = ("name", "phone", "company", "external_id", "state", "owner", "language", "birthday")

# What real pages send where an id or an address should be.
JUNK = frozenset({"", "null", "undefined", "none", "0", "nan", "true", "false", "[object object]"})


class Contact(Record, frozen=True):
    """One person we can name."""

    account: AccountId
    contact: ContactId
    email: str
    created_at: datetime
    modified_at: datetime
    name: str = ""
    phone: str = ""
    company: str = ""
    external_id: str = ""
    state: str = "UNKNOWN"
    owner: str = ""
    language: str = ""
    birthday: str = ""
    address: dict[str, str] = {}
    properties: dict[str, str] = {}
    score: int = 0
    last_seen_at: datetime | None = None
    is_monitored: bool = False
    stopped_at: datetime | None = None
    merged_into: ContactId | None = None


class ContactChange(Record, frozen=True):
    """What a caller declares. None leaves a field as it is; opt-ins: channel to state."""

    fields: dict[str, str] = {}
    address: dict[str, str] | None = None
    properties: dict[str, str] | None = None
    tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    opt_ins: dict[str, str] = {}
    new_email: str = ""
    source: str = ""


def parse_email(text: str) -> str:
    """The address as we keep it: trimmed, lower case. Raise Refused when it is not one."""
    email = text.strip().lower()
    if email in JUNK or not _EMAIL.fullmatch(email):
        raise Refused(f"{text.strip()[:80]!r} is not an e-mail address")
    return email


def is_contact_id(text: str) -> bool:
    """Whether this could be a contact's id at all: junk ids never identify."""
    return text.lower() not in JUNK and is_uuid(text)


def upsert_contact(
    connection: Connection, account: AccountId, email: str, change: ContactChange
) -> tuple[Contact, bool]:
    """Find the contact with this address or make it, then apply the change.

    Return the contact and whether it is new. Raise Refused for a bad address, or when
    ``new_email`` belongs to somebody else.
    """
    email = parse_email(email)
    known = find_contact_by_email(connection, account, email)
    contact = known.contact if known else _create(connection, account, email, change.source)
    apply_change(connection, account, contact, change)
    return fetch_contact(connection, account, contact), known is None


def apply_change(
    connection: Connection, account: AccountId, contact: ContactId, change: ContactChange
) -> None:
    """Raise NotFound for an unknown contact, Refused for an address that is taken."""
    before = fetch_contact(connection, account, contact)
    values: dict[str, Any] = {
        name: value
        for name, value in change.fields.items()
        if name in FIELDS and value != getattr(before, name)
    }
    if change.new_email:
        values |= _new_email(connection, before, change.new_email)
    for name in ("address", "properties"):
        given = getattr(change, name)
        if given:
            values[name] = msgspec.json.encode(getattr(before, name) | given).decode()
    if values:
        _record(connection, before, values, change.source)
    add_tags(connection, account, contact, change.tags)
    remove_tags(connection, account, contact, change.remove_tags)
    for channel, state in change.opt_ins.items():
        set_opt_in(connection, account, contact, channel, state, change.source)


def fetch_contact(connection: Connection, account: AccountId, contact: ContactId) -> Contact:
    """Raise NotFound."""
    found = find_contacts(connection, account, [contact]).get(contact)
    if found is None:
        raise NotFound(f"there is no contact {contact}")
    return found


def resolve_contact(connection: Connection, account: AccountId, contact: ContactId) -> Contact:
    """The living contact behind an id: a merged one answers with its survivor. Raise NotFound."""
    survivor = identity.survivors(connection, account, {contact})[contact]
    return fetch_contact(connection, account, survivor)


def find_contacts(
    connection: Connection, account: AccountId, ids: Sequence[ContactId]
) -> dict[ContactId, Contact]:
    rows = connection.execute(
        sa.select(contacts).where(contacts.c.account_id == account, contacts.c.contact_id.in_(ids))
    )
    return {ContactId(row.contact_id): _contact(row) for row in rows}


def find_contact_by_email(connection: Connection, account: AccountId, email: str) -> Contact | None:
    """The living contact with this address: a merged one answers with its survivor."""
    row = connection.execute(
        sa.select(contacts).where(
            contacts.c.account_id == account, contacts.c.email == email.strip().lower()
        )
    ).first()
    if row is None:
        return None
    return resolve_contact(connection, account, ContactId(row.contact_id))


def merge(
    connection: Connection, account: AccountId, loser: ContactId, survivor: ContactId, by: str
) -> identity.Merge:
    """Make two cards one. Raise NotFound, or Refused when they are one already."""
    for contact in (loser, survivor):
        fetch_contact(connection, account, contact)
    merged = identity.merge_contacts(connection, account, loser, survivor, now(), by)
    _set_merged(connection, account, merged.loser, merged.survivor)
    renew_activity(connection, account, [merged.survivor, merged.loser])
    return merged


def unmerge(connection: Connection, account: AccountId, merge_id: int) -> identity.Merge:
    """Undo one merge: both cards are again what they were. Raise NotFound."""
    merged = identity.unmerge_contacts(connection, account, merge_id, now())
    _set_merged(connection, account, merged.loser, None)
    renew_activity(connection, account, [merged.survivor, merged.loser])
    return merged


def renew_activity(connection: Connection, account: AccountId, ids: Iterable[ContactId]) -> None:
    """Recompute last_seen_at and is_monitored from the spans: derived, so never added up."""
    for contact in ids:
        spans = identity.list_spans(connection, account, contact)
        visitors = identity.find_visitors(connection, account, [s.visitor for s in spans])
        seen = [
            min(visitors[s.visitor].last_seen_at, s.until_at or visitors[s.visitor].last_seen_at)
            for s in spans
            if s.visitor in visitors
        ]
        is_monitored = any(not s.visitor.startswith("contact:") for s in spans)
        connection.execute(
            sa.update(contacts)
            .where(contacts.c.account_id == account, contacts.c.contact_id == contact)
            .values(last_seen_at=max(seen, default=None), is_monitored=is_monitored)
        )


def touch_contacts(
    connection: Connection, account: AccountId, seen: Mapping[ContactId, datetime]
) -> None:
    """Move last_seen_at forward for contacts whose browsers were just seen."""
    for contact, seen_at in seen.items():
        connection.execute(
            sa.update(contacts)
            .where(
                contacts.c.account_id == account,
                contacts.c.contact_id == contact,
                sa.or_(contacts.c.last_seen_at.is_(None), contacts.c.last_seen_at < seen_at),
            )
            .values(last_seen_at=seen_at)
        )


def set_stopped(
    connection: Connection, account: AccountId, contact: ContactId, *, is_stopped: bool
) -> None:
    """Stop or resume monitoring: hits of a stopped contact are dropped and counted as such."""
    connection.execute(
        sa.update(contacts)
        .where(contacts.c.account_id == account, contacts.c.contact_id == contact)
        .values(stopped_at=now() if is_stopped else None, modified_at=now())
    )


def find_stopped(connection: Connection, account: AccountId) -> frozenset[ContactId]:
    query = sa.select(contacts.c.contact_id).where(
        contacts.c.account_id == account, contacts.c.stopped_at.is_not(None)
    )
    return frozenset(ContactId(value) for value in connection.execute(query).scalars())


def _create(connection: Connection, account: AccountId, email: str, source: str) -> ContactId:
    contact, moment = ContactId(make_uuid()), now()
    key = {"account_id": account, "contact_id": contact}
    times = {"created_at": moment, "modified_at": moment}
    connection.execute(sa.insert(contacts).values(key | {"email": email} | times))
    _log(connection, key, {"email": email}, source)
    return contact


def _new_email(connection: Connection, before: Contact, text: str) -> dict[str, str]:
    email = parse_email(text)
    holder = find_contact_by_email(connection, before.account, email)
    if holder is not None and holder.contact != before.contact:
        raise Refused(f"{email} belongs to another contact; merge the two cards instead")
    return {"email": email} if email != before.email else {}


def _record(
    connection: Connection, before: Contact, values: Mapping[str, Any], source: str
) -> None:
    connection.execute(
        sa.update(contacts)
        .where(contacts.c.account_id == before.account, contacts.c.contact_id == before.contact)
        .values(**values, modified_at=now())
    )
    _log(connection, {"account_id": before.account, "contact_id": before.contact}, values, source)


def _log(
    connection: Connection, key: Mapping[str, Any], values: Mapping[str, Any], source: str
) -> None:
    rows = [
        {**key, "field": name, "value": str(value), "source": source, "changed_at": now()}
        for name, value in values.items()
    ]
    connection.execute(sa.insert(changes), rows)


def _set_merged(
    connection: Connection, account: AccountId, loser: ContactId, survivor: ContactId | None
) -> None:
    connection.execute(
        sa.update(contacts)
        .where(contacts.c.account_id == account, contacts.c.contact_id == loser)
        .values(merged_into=survivor, modified_at=now())
    )


def _contact(row: Any) -> Contact:
    return Contact(
        account=AccountId(row.account_id),
        contact=ContactId(row.contact_id),
        email=row.email or "",
        address=msgspec.json.decode(row.address),
        properties=msgspec.json.decode(row.properties),
        score=row.score,
        created_at=row.created_at,
        modified_at=row.modified_at,
        last_seen_at=row.last_seen_at,
        is_monitored=row.is_monitored,
        stopped_at=row.stopped_at,
        merged_into=ContactId(row.merged_into) if row.merged_into else None,
        **{name: getattr(row, name) for name in FIELDS},
    )
