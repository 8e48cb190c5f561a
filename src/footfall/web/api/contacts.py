"""Contacts and visitors for programs: find, read the card and timeline, write, merge, stop."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import get, post
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import Parameter

from footfall import contacts, identity, pipeline
from footfall.accounts import Account
from footfall.contacts import Card, Contact, ContactChange, ContactQuery
from footfall.events import Cursor
from footfall.identity import Merge
from footfall.kit import from_ms, make_uuid, now
from footfall.model import ContactId, Event, Span, VisitorId
from footfall.web.api.token import provide_account
from footfall.web.parts import Parts, parts_of

ACCOUNT = {"account": Provide(provide_account)}
TAGS = ["Contacts"]
Limit = Annotated[int, Parameter(ge=1, le=500)]


class ContactIn(msgspec.Struct, forbid_unknown_fields=True):
    """What a program declares about a contact; only ``email`` is needed."""

    email: str
    name: str = ""
    phone: str = ""
    company: str = ""
    external_id: str = ""
    language: str = ""
    tags: list[str] = []
    remove_tags: list[str] = []
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
    merge_id: int


class StopIn(msgspec.Struct, forbid_unknown_fields=True):
    is_stopped: bool = True


class ForgetOut(msgspec.Struct):
    """Every id that is nobody's from now on: the contact's, and of cards merged into it."""

    forgotten: list[str]


class EventIn(msgspec.Struct, forbid_unknown_fields=True):
    """An event of a contact (by ``contact``) or of a browser (by ``visitor``, its smuuid)."""

    name: str
    contact: str = ""
    visitor: str = ""
    occurred_at_ms: int | None = None
    data: dict[str, Any] = {}


class EventOut(msgspec.Struct):
    event_id: str


class Timeline(msgspec.Struct):
    """``before`` is the cursor of the next page, "" on the last."""

    events: list[Event]
    before: str


@get("/api/v1/contacts", dependencies=ACCOUNT, sync_to_thread=True, tags=TAGS)
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


@post("/api/v1/contacts", dependencies=ACCOUNT, sync_to_thread=True, status_code=200, tags=TAGS)
def upsert_contact(state: State, account: Account, data: ContactIn) -> ContactOut:
    """Create the contact with this address, or change it."""
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


@get("/api/v1/contacts/{contact_id:str}", dependencies=ACCOUNT, sync_to_thread=True, tags=TAGS)
def fetch_card(state: State, account: Account, contact_id: str) -> Card:
    """The whole card, with the newest visits."""
    parts = parts_of(state)
    with parts.database.read() as connection:
        return contacts.fetch_card(
            connection, parts.events, account.account, ContactId(contact_id.lower())
        )


@get(
    "/api/v1/contacts/{contact_id:str}/timeline",
    dependencies=ACCOUNT,
    sync_to_thread=True,
    tags=TAGS,
)
def list_timeline(
    state: State, account: Account, contact_id: str, limit: Limit = 100, before: str = ""
) -> Timeline:
    """The contact's events, newest first, the anonymous past included."""
    parts = parts_of(state)
    with parts.database.read() as connection:
        contact = contacts.resolve_contact(
            connection, account.account, ContactId(contact_id.lower())
        )
        spans = identity.list_spans(connection, account.account, contact.contact)
    return read_timeline(parts, account, spans, limit, before)


@get("/api/v1/visitors/{smuuid:str}", dependencies=ACCOUNT, sync_to_thread=True, tags=TAGS)
def fetch_visitor(state: State, account: Account, smuuid: str) -> dict[str, Any]:
    """One browser: what is known of it, whose it is and was, and its newest events."""
    parts, visitor = parts_of(state), VisitorId(smuuid.lower())
    with parts.database.read() as connection:
        found = identity.find_visitors(connection, account.account, [visitor]).get(visitor)
        spans = identity.find_spans(connection, account.account, [visitor]).get(visitor, [])
    if found is None:
        raise NotFoundException(f"there is no visitor {smuuid[:80]}")
    everything = [Span(visitor, ContactId(""), None, None)]
    seen = msgspec.to_builtins(found)
    seen.pop("memory", None)
    return {
        "visitor": seen,
        "spans": msgspec.to_builtins(spans),
        "events": msgspec.to_builtins(parts.events.timeline(account.account, everything, 100)),
    }


@post("/api/v1/events", dependencies=ACCOUNT, status_code=202, tags=["Events"])
async def append_event(state: State, account: Account, data: EventIn) -> EventOut:
    """Durable when answered; on the card within moments."""
    parts = parts_of(state)
    visitor = VisitorId(data.visitor.lower())
    if data.contact:
        with parts.database.read() as connection:
            contact = contacts.resolve_contact(
                connection, account.account, ContactId(data.contact.lower())
            )
        visitor = identity.server_visitor(contact.contact)
    if not visitor:
        raise NotFoundException("contact or visitor is missing")
    event_id = make_uuid()
    occurred_at = from_ms(data.occurred_at_ms) if data.occurred_at_ms else now()
    hit = pipeline.make_server_hit(
        account.smid, visitor, "external", data.name.upper(), event_id, occurred_at, data.data
    )
    await parts.commit.accept([hit])
    return EventOut(event_id)


@post(
    "/api/v1/contacts/{contact_id:str}/merge",
    dependencies=ACCOUNT,
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
    dependencies=ACCOUNT,
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
    dependencies=ACCOUNT,
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
    dependencies=ACCOUNT,
    sync_to_thread=True,
    status_code=200,
    tags=TAGS,
)
def forget_contact(state: State, account: Account, contact_id: str) -> ForgetOut:
    """Erase what is known of this person for ever; their browsers turn anonymous."""
    with parts_of(state).database.write() as connection:
        forgotten = contacts.forget(connection, account.account, ContactId(contact_id.lower()))
    return ForgetOut(list(forgotten))


def read_timeline(
    parts: Parts, account: Account, spans: list[Span], limit: int, before: str
) -> Timeline:
    at, _, key = before.partition(".")
    cursor = None
    if at.isdigit() and key.isdigit():
        cursor = Cursor(at=from_ms(int(at)), event_key=int(key))
    rows = parts.events.timeline(account.account, spans, limit, cursor)
    is_full = len(rows) == limit
    return Timeline(rows, contacts.write_cursor(rows[-1]) if is_full else "")


CONTACTS = [
    list_contacts,
    upsert_contact,
    fetch_card,
    list_timeline,
    fetch_visitor,
    append_event,
    merge_contact,
    unmerge_contact,
    stop_monitoring,
    forget_contact,
]
