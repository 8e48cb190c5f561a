"""Contact records: created and changed only by declared facts, never by anonymous traffic."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from footfall import identity
from footfall.contacts.permissions import set_opt_in
from footfall.contacts.tables import changes, contacts
from footfall.contacts.tags import add_tags, remove_tags
from footfall.kit import Connection, NotFound, Refused, insert_missing, is_uuid, make_uuid, now
from footfall.model import AccountId, ContactId, Record

# Local part at most 64 and the whole at most 254 characters (RFC 5321, 4.5.3.1).
_EMAIL = re.compile(
    r"(?=.{3,254}$)[^\s\0@<>\"(),:;\[\]\\]{1,64}"
    r"@[^\s\0@<>\"(),:;\[\]\\.]+(\.[^\s\0@<>\"(),:;\[\]\\.]+)+"
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
    connection: Connection,
    account: AccountId,
    email: str,
    change: ContactChange,
    created_at: datetime | None = None,
) -> tuple[Contact, bool]:
    """Find the contact with this address or make it, then apply the change.

    ``created_at`` is for people who became known elsewhere, earlier than now.
    Return the contact and whether it is new. Raise Refused for a bad address, or when
    ``new_email`` belongs to somebody else.
    """
    email = parse_email(email)
    is_new = _create_missing(connection, account, email, change.source, created_at or now())
    contact = _fetch_by_email(connection, account, email).contact
    apply_change(connection, account, contact, change)
    return fetch_contact(connection, account, contact), is_new


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
        known = getattr(before, name)
        joined = known | (getattr(change, name) or {})
        if joined != known:
            values[name] = msgspec.json.encode(joined).decode()
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
    """The contacts with these ids, merged ones too; a forgotten one is nobody's any more."""
    rows = connection.execute(
        sa.select(contacts).where(
            contacts.c.account_id == account,
            contacts.c.contact_id.in_(ids),
            contacts.c.forgotten_at.is_(None),
        )
    )
    return {ContactId(row.contact_id): _contact(row) for row in rows}


def find_contact_by_email(connection: Connection, account: AccountId, email: str) -> Contact | None:
    """The living contact with this address: a merged one answers with its survivor."""
    holder = _find_holder(connection, account, email.strip().lower())
    return resolve_contact(connection, account, holder) if holder else None


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
    """Stop or resume monitoring: hits of a stopped contact are dropped and counted as such.

    Every card merged into this one is stopped with it, for their server-side events go by it.
    """
    members = identity.list_members(connection, account, contact)
    connection.execute(
        sa.update(contacts)
        .where(contacts.c.account_id == account, contacts.c.contact_id.in_(members))
        .values(stopped_at=now() if is_stopped else None, modified_at=now())
    )


def find_stopped(connection: Connection, account: AccountId) -> frozenset[ContactId]:
    query = sa.select(contacts.c.contact_id).where(
        contacts.c.account_id == account, contacts.c.stopped_at.is_not(None)
    )
    return frozenset(ContactId(value) for value in connection.execute(query).scalars())


def _create_missing(
    connection: Connection, account: AccountId, email: str, source: str, moment: datetime
) -> bool:
    contact = ContactId(make_uuid())
    key = {"account_id": account, "contact_id": contact}
    row = key | {"email": email, "created_at": moment, "modified_at": moment}
    # Two forms may bring the same address at once: the second finds what the first has made.
    is_new = insert_missing(connection, contacts, row, keys=("account_id", "email"))
    if is_new:
        _log(connection, key, {"email": email}, source)
    return is_new


def _find_holder(connection: Connection, account: AccountId, email: str) -> ContactId | None:
    """The card that carries the address itself, though it may be merged into another."""
    query = sa.select(contacts.c.contact_id).where(
        contacts.c.account_id == account, contacts.c.email == email
    )
    holder = connection.execute(query).scalar()
    return ContactId(holder) if holder else None


def _fetch_by_email(connection: Connection, account: AccountId, email: str) -> Contact:
    found = find_contact_by_email(connection, account, email)
    if found is None:
        raise NotFound(f"there is no contact with {email}")
    return found


def _new_email(connection: Connection, before: Contact, text: str) -> dict[str, str]:
    email = parse_email(text)
    holder = _find_holder(connection, before.account, email)
    if holder is None:
        return {"email": email}
    if holder != before.contact:
        # A card merged into this one keeps its address: it needs it should they part again.
        raise Refused(f"{email} belongs to another card")
    return {}


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
