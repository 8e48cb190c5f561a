"""Contacts for programs: find, read the card, write, merge, stop, forget."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.datastructures import State
from litestar.exceptions import ClientException

from footfall import contacts
from footfall.accounts import Account
from footfall.contacts import Card, Contact, ContactChange, ContactQuery
from footfall.identity import Merge
from footfall.model import ContactId
from footfall.web.api.token import CALL, Limit, Short
from footfall.web.parts import parts_of

TAGS = ["Contacts"]
RowId = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
CHANNELS, STATES = ("email", "phone"), ("unconfirmed", "confirmed", "unsubscribed")


class ContactIn(msgspec.Struct, forbid_unknown_fields=True):
    """What a program declares about a contact; only ``email`` is needed.

    ``opt_ins``: ``email`` or ``phone`` to ``unconfirmed``, ``confirmed`` or ``unsubscribed``.
    """

    email: Short
    name: Short = ""
    phone: Short = ""
    company: Short = ""
    external_id: Short = ""
    language: Short = ""
    tags: list[Short] = []
    remove_tags: list[Short] = []
    properties: dict[str, str] = {}
    opt_ins: dict[str, str] = {}


class ContactOut(msgspec.Struct):
    contact: Contact
    is_new: bool


class ContactList(msgspec.Struct):
    contacts: list[Contact]
    next: str


class MergeIn(msgspec.Struct, forbid_unknown_fields=True):
    """The contact that this one takes in."""

    loser: str


class UnmergeIn(msgspec.Struct, forbid_unknown_fields=True):
    merge_id: RowId


class StopIn(msgspec.Struct, forbid_unknown_fields=True):
    is_stopped: bool = True


class ForgetOut(msgspec.Struct):
    """Every id that is nobody's from now on: the contact's, and of cards merged into it."""

    forgotten: list[str]


@get("/api/v1/contacts", **CALL, sync_to_thread=True, tags=TAGS)
def list_contacts(
    state: State,
    account: Account,
    email: str = "",
    text: str = "",
    limit: Limit = 50,
    after: str = "",
) -> ContactList:
    """Contacts by address, or by words in name, address, company and phone."""
    with parts_of(state).database.read() as connection:
        if email:
            found = contacts.find_contact_by_email(connection, account.account, email)
            return ContactList([found] if found else [], "")
        query = ContactQuery(text=text, limit=limit, after=after)
        page = contacts.list_contacts(connection, account.account, query)
    return ContactList(page.contacts, page.next)


@post("/api/v1/contacts", **CALL, sync_to_thread=True, status_code=200, tags=TAGS)
def upsert_contact(state: State, account: Account, data: ContactIn) -> ContactOut:
    """Create the contact with this address, or change it."""
    unknown = [
        f"{channel[:40]}: {state[:40]}"
        for channel, state in data.opt_ins.items()
        if channel not in CHANNELS or state not in STATES
    ]
    if unknown:
        raise ClientException(f"no opt-in is called {unknown[0]!r}: {CHANNELS} to {STATES}")
    fields = {
        name: getattr(data, name)
        for name in ("name", "phone", "company", "external_id", "language")
        if getattr(data, name)
    }
    change = ContactChange(
        fields=fields,
        properties=data.properties or None,
        tags=tuple(data.tags),
        remove_tags=tuple(data.remove_tags),
        opt_ins=data.opt_ins,
        source="api",
    )
    with parts_of(state).database.write() as connection:
        found, is_new = contacts.upsert_contact(connection, account.account, data.email, change)
    return ContactOut(found, is_new)


@get("/api/v1/contacts/{contact_id:str}", **CALL, sync_to_thread=True, tags=TAGS)
def fetch_card(state: State, account: Account, contact_id: str) -> Card:
    """The whole card, with the newest visits."""
    parts = parts_of(state)
    with parts.database.read() as connection:
        return contacts.fetch_card(
            connection, parts.events, account.account, ContactId(contact_id.lower())
        )


@post(
    "/api/v1/contacts/{contact_id:str}/merge",
    **CALL,
    sync_to_thread=True,
    status_code=200,
    tags=TAGS,
)
def merge_contact(state: State, account: Account, contact_id: str, data: MergeIn) -> Merge:
    """Take another contact's card into this one; the answer's ``merge_id`` undoes it."""
    with parts_of(state).database.write() as connection:
        loser, survivor = ContactId(data.loser.lower()), ContactId(contact_id.lower())
        return contacts.merge(connection, account.account, loser, survivor, "api")


@post(
    "/api/v1/contacts/{contact_id:str}/unmerge",
    **CALL,
    sync_to_thread=True,
    status_code=200,
    tags=TAGS,
)
def unmerge_contact(state: State, account: Account, contact_id: str, data: UnmergeIn) -> Merge:
    """Undo a merge: both cards are again what they were."""
    with parts_of(state).database.write() as connection:
        contacts.resolve_contact(connection, account.account, ContactId(contact_id.lower()))
        return contacts.unmerge(connection, account.account, data.merge_id)


@post(
    "/api/v1/contacts/{contact_id:str}/stop-monitoring",
    **CALL,
    sync_to_thread=True,
    status_code=200,
    tags=TAGS,
)
def stop_monitoring(state: State, account: Account, contact_id: str, data: StopIn) -> Contact:
    """Drop this contact's hits from now on, or take them again with ``is_stopped`` false."""
    with parts_of(state).database.write() as connection:
        contact = contacts.resolve_contact(
            connection, account.account, ContactId(contact_id.lower())
        )
        contacts.set_stopped(
            connection, account.account, contact.contact, is_stopped=data.is_stopped
        )
        return contacts.fetch_contact(connection, account.account, contact.contact)


@post(
    "/api/v1/contacts/{contact_id:str}/forget",
    **CALL,
    sync_to_thread=True,
    status_code=200,
    tags=TAGS,
)
def forget_contact(state: State, account: Account, contact_id: str) -> ForgetOut:
    """Erase what is known of this person for ever; their browsers turn anonymous."""
    with parts_of(state).database.write() as connection:
        forgotten = contacts.forget(connection, account.account, ContactId(contact_id.lower()))
    return ForgetOut(list(forgotten))


CONTACTS = [
    list_contacts,
    upsert_contact,
    fetch_card,
    merge_contact,
    unmerge_contact,
    stop_monitoring,
    forget_contact,
]
