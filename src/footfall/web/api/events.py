"""Events for programs: a contact's timeline and a browser's come out, declared events go in."""

from __future__ import annotations

import re
from typing import Annotated, Any

import msgspec
from litestar import get, post
from litestar.concurrency import sync_to_thread
from litestar.datastructures import State
from litestar.exceptions import ClientException, NotFoundException

from footfall import contacts, identity, pipeline
from footfall.accounts import Account
from footfall.events import Cursor
from footfall.kit import from_ms, make_uuid, now
from footfall.model import ContactId, Event, Span, VisitorId
from footfall.web.api.token import CALL, Limit, Short
from footfall.web.parts import Parts, parts_of

TAGS = ["Events"]
# From the first shop on the web to the end of the century: anything else is a mistake.
Instant = Annotated[int, msgspec.Meta(ge=631_152_000_000, le=4_102_444_800_000)]


class EventIn(msgspec.Struct, forbid_unknown_fields=True):
    """An event of a contact (by ``contact``) or of a browser (by ``visitor``, its smuuid)."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
    contact: Short = ""
    visitor: Short = ""
    occurred_at_ms: Instant | None = None
    data: dict[str, Any] = {}


class EventOut(msgspec.Struct):
    event_id: str


class Timeline(msgspec.Struct):
    """``before`` is the cursor of the next page, "" on the last."""

    events: list[Event]
    before: str


class VisitorOut(msgspec.Struct):
    """One browser, the stretches of its life that are somebody's, and its newest events."""

    visitor: dict[str, Any]
    spans: list[Span]
    events: list[Event]


@get(
    "/api/v1/contacts/{contact_id:str}/timeline",
    **CALL,
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


@get("/api/v1/visitors/{smuuid:str}", **CALL, sync_to_thread=True, tags=TAGS)
def fetch_visitor(state: State, account: Account, smuuid: str) -> VisitorOut:
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
    return VisitorOut(seen, spans, parts.events.timeline(account.account, everything, 100))


@post("/api/v1/events", **CALL, status_code=202, tags=["Events"])
async def append_event(state: State, account: Account, data: EventIn) -> EventOut:
    """Durable when answered; on the card within moments."""
    parts = parts_of(state)
    visitor = await sync_to_thread(_find_subject, parts, account, data)
    event_id = make_uuid()
    occurred_at = from_ms(data.occurred_at_ms) if data.occurred_at_ms else now()
    hit = pipeline.make_server_hit(
        account.smid, visitor, "external", data.name.upper(), event_id, occurred_at, data.data
    )
    await parts.commit.accept([hit])
    return EventOut(event_id)


def _find_subject(parts: Parts, account: Account, data: EventIn) -> VisitorId:
    if data.contact:
        with parts.database.read() as connection:
            found = contacts.resolve_contact(
                connection, account.account, ContactId(data.contact.lower())
            )
        return identity.server_visitor(found.contact)
    visitor = pipeline.find_visitor({"uuid": data.visitor})
    if not visitor:
        raise ClientException("contact is missing, or visitor, which must be an smuuid")
    return visitor


def read_timeline(
    parts: Parts, account: Account, spans: list[Span], limit: int, before: str
) -> Timeline:
    cursor = _read_cursor(before) if before else None
    rows = parts.events.timeline(account.account, spans, limit, cursor)
    is_full = len(rows) == limit
    return Timeline(rows, contacts.write_cursor(rows[-1]) if is_full else "")


def _read_cursor(text: str) -> Cursor:
    """Ours are ``milliseconds.key``; 13 digits reach the year 2286, and a key has 64 bits."""
    match = _CURSOR.fullmatch(text)
    if match is None or int(match["key"]) >= 1 << 64:
        raise ClientException(f"before={text[:40]!r} is no cursor that a timeline gave")
    return Cursor(at=from_ms(int(match["at"])), event_key=int(match["key"]))


_CURSOR = re.compile(r"(?P<at>[0-9]{1,13})\.(?P<key>[0-9]{1,20})")

EVENTS = [list_timeline, fetch_visitor, append_event]
