"""External events over the wire: a cart or purchase in, its ``eventId`` out."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from litestar import Request, Response, post
from litestar.concurrency import sync_to_thread
from litestar.datastructures import State

from footfall import contacts, identity, pipeline
from footfall.accounts import Account
from footfall.kit import Connection, FootfallError, Refused, from_ms, is_uuid, make_uuid, now
from footfall.model import AccountId, ContactId, RawHit, VisitorId
from footfall.web.compat.contacts import SOURCE, part, read_change
from footfall.web.compat.envelope import (
    INVALID_JSON,
    NOT_AUTHENTICATED,
    Answer,
    Body,
    fail,
    find_signer,
    moment,
    read_body,
    succeed,
    text,
)
from footfall.web.parts import Parts, parts_of

TYPES = frozenset(
    (
        *("PURCHASE", "CART", "VISIT", "PHONE_CALL", "OTHER", "RESERVATION", "CANCELLED"),
        *("ACTIVATION", "MEETING", "OFFER", "DOWNLOAD", "LOGIN", "TRANSACTION", "CANCELLATION"),
        *("RETURN", "SURVEY", "APP_STATUS", "APP_TYPE_WEB", "APP_TYPE_MANUAL"),
        *("APP_TYPE_RETENTION", "APP_TYPE_UPSALE", "LOAN_STATUS", "LOAN_ORDER", "FIRST_LOAN"),
        "REPEATED_LOAN",
    )
)
# The lengths to which the official client cuts.
LENGTHS = {"description": 2048, "products": 512, "value": 22}
OTHER_LENGTH = 255
# Shops write it there; what else stands in the ninth detail is no currency.
CURRENCY = re.compile("[A-Za-z]{3}")
# The worker is a second behind, or down: so far back an update looks for its event.
MOST_PENDING = 100_000
PENDING_AT_ONCE = 1_000


@post(
    ["/api/v2/contact/addContactExtEvent", "/api/contact/addContactExtEvent"],
    status_code=200,
    include_in_schema=False,
)
async def add_event(request: Request[object, object, State]) -> Response[Answer]:
    return await append_signed(request, _read_new)


@post(
    ["/api/v2/contact/updateContactExtEvent", "/api/contact/updateContactExtEvent"],
    status_code=200,
    include_in_schema=False,
)
async def update_event(request: Request[object, object, State]) -> Response[Answer]:
    return await append_signed(request, _read_update)


class Accepted(NamedTuple):
    """What the request comes to: the answer, and the event to make durable before it."""

    answer: Answer
    hit: RawHit | None = None


Reader = Callable[[Parts, Connection, Account, Body], Accepted]


async def append_signed(request: Request[object, object, State], read: Reader) -> Response[Answer]:
    """The answer leaves after the event is durable in the log, like any hit."""
    body = await read_body(request)
    if body is None:
        return Response(fail(INVALID_JSON))
    parts = parts_of(request.app.state)
    try:
        accepted = await sync_to_thread(_read_signed, parts, body, read)
        if accepted.hit is not None:
            await parts.commit.accept([accepted.hit])
    except FootfallError as error:
        return Response(fail(str(error)))
    return Response(accepted.answer)


def _read_signed(parts: Parts, body: Body, read: Reader) -> Accepted:
    with parts.database.write() as connection:
        account = find_signer(connection, body)
        if account is None:
            raise Refused(NOT_AUTHENTICATED)
        return read(parts, connection, account, body)


def _read_new(parts: Parts, connection: Connection, account: Account, body: Body) -> Accepted:
    hit, event_id = read_event(parts, connection, account, body)
    return Accepted(succeed(eventId=event_id), hit)


def _read_update(parts: Parts, connection: Connection, account: Account, body: Body) -> Accepted:
    event_id = text(part(body, "contactEvent"), "eventId").lower()
    hit = _read_newer(parts, connection, account, body)
    if hit is None:
        raise Refused(f"there is no event {event_id[:50] or '(eventId is missing)'}")
    return Accepted(succeed(eventId=event_id), hit)


def read_event(
    parts: Parts, connection: Connection, account: Account, body: Body
) -> tuple[RawHit, str]:
    """A new event, or with the ``eventId`` of a known one its newer state."""
    newer = _read_newer(parts, connection, account, body)
    event = part(body, "contactEvent")
    event_id = text(event, "eventId").lower()
    if newer is not None:
        return newer, event_id
    if not event:
        raise Refused("contactEvent is missing")
    visitor = _find_subject(connection, account.account, body)
    event_id = event_id if is_uuid(event_id) else make_uuid()
    happened_at = moment(event.get("date")) or now()
    return _make_hit(account, visitor, event, event_id, happened_at), event_id


class _State(NamedTuple):
    """An event as it was last declared."""

    visitor: VisitorId
    name: str
    happened_at: datetime
    data: dict[str, Any]


def _read_newer(
    parts: Parts, connection: Connection, account: Account, body: Body
) -> RawHit | None:
    event = part(body, "contactEvent")
    event_id = text(event, "eventId").lower()
    before = _find_newest(parts, connection, account, event_id) if is_uuid(event_id) else None
    if before is None:
        return None
    # A newer state under the same id; the card shows the newest, so it must be one.
    merged = {**before.data, "contactExtEventType": before.name, **_given(event)}
    happened_at = max(
        moment(event.get("date")) or now(), before.happened_at + timedelta(milliseconds=1)
    )
    # A purchase counts once: its newer state only corrects the sum.
    is_again = before.name == "PURCHASE" == text(merged, "contactExtEventType").upper()
    corrects = (pipeline.read_value(before.data.get("value")) or 0.0) if is_again else None
    return _make_hit(account, before.visitor, merged, event_id, happened_at, corrects)


def _find_newest(
    parts: Parts, connection: Connection, account: Account, event_id: str
) -> _State | None:
    """In what the worker has not read yet, else in the store.

    In this order: what is read meanwhile is in the store before the checkpoint moves.
    """
    pending = _find_pending(parts, connection, account, event_id)
    if pending is not None:
        return pending
    found = parts.events.find_event(account.account, event_id, from_ms(0))
    return _State(found.visitor, found.name, found.occurred_at, found.data) if found else None


def _find_pending(
    parts: Parts, connection: Connection, account: Account, event_id: str
) -> _State | None:
    checkpoint = pipeline.read_checkpoint(connection)
    start = checkpoint.next_offset if checkpoint else 0
    found = None
    for _page in range(MOST_PENDING // PENDING_AT_ONCE):
        hits = parts.log.read(start, PENDING_AT_ONCE)
        for offset, hit in hits:
            start = offset + 1
            if hit.door == "server" and event_id.encode() in hit.body:
                found = _read_state(hit, account, event_id) or found
        if len(hits) < PENDING_AT_ONCE:
            break
    return found


def _read_state(hit: RawHit, account: Account, event_id: str) -> _State | None:
    body = msgspec.json.decode(hit.body)
    if (body["smid"], body["eventId"]) != (account.smid, event_id):
        return None
    return _State(body["uuid"], body["name"], from_ms(body["timestamp"]), body["data"])


def _find_subject(connection: Connection, account: AccountId, body: Body) -> VisitorId:
    """Whose event: a contact, or (an extension) an anonymous browser by its smuuid."""
    key, email = text(body, "contactId").lower(), text(body, "email")
    change = read_change(body, {})
    if contacts.is_contact_id(key):
        found = contacts.resolve_contact(connection, account, ContactId(key))
        contacts.apply_change(connection, account, found.contact, change)
        return identity.server_visitor(found.contact)
    if email:
        found, _is_new = contacts.upsert_contact(connection, account, email, change)
        return identity.server_visitor(found.contact)
    smuuid = pipeline.find_visitor({"uuid": text(body, "smuuid") or text(body, "contactUuid")})
    if smuuid:
        return smuuid
    raise Refused("email, contactId or smuuid is missing")


def _make_hit(
    account: Account,
    visitor: VisitorId,
    event: Body,
    event_id: str,
    happened_at: datetime,
    corrects: float | None = None,
) -> RawHit:
    kind = text(event, "contactExtEventType").upper()
    if kind not in TYPES:
        raise Refused(f"contactExtEventType {kind[:50]!r} is not one of the known types")
    data = {
        name: str(value)[: LENGTHS.get(name, OTHER_LENGTH)]
        for name, value in _given(event).items()
        if name not in ("eventId", "contactExtEventType", "date", "currency", "source")
    }
    data["source"] = SOURCE
    if CURRENCY.fullmatch(data.get("detail9", "")):
        data["currency"] = data["detail9"].upper()
    return pipeline.make_server_hit(
        account.smid, visitor, "external", kind, event_id, happened_at, data, corrects=corrects
    )


def _given(event: Body) -> dict[str, Any]:
    return {
        name: value
        for name, value in event.items()
        if value not in (None, "") and not isinstance(value, (dict, list))
    }
