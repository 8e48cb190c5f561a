"""External events over the wire: a cart or purchase in, its ``eventId`` out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from litestar import Request, Response, post
from litestar.concurrency import sync_to_thread
from litestar.datastructures import State

from footfall import contacts, identity, pipeline
from footfall.accounts import Account
from footfall.kit import Connection, FootfallError, Refused, from_ms, is_uuid, make_uuid, now
from footfall.model import AccountId, ContactId, RawHit, VisitorId
from footfall.web.compat.contacts import SOURCE, read_change
from footfall.web.compat.envelope import (
    NOT_AUTHENTICATED,
    Answer,
    Body,
    fail,
    find_signer,
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


@post(
    ["/api/v2/contact/addContactExtEvent", "/api/contact/addContactExtEvent"],
    status_code=200,
    include_in_schema=False,
)
async def add_event(request: Request[object, object, State]) -> Response[Answer]:
    return await _append(request, _read_new)


@post(
    ["/api/v2/contact/updateContactExtEvent", "/api/contact/updateContactExtEvent"],
    status_code=200,
    include_in_schema=False,
)
async def update_event(request: Request[object, object, State]) -> Response[Answer]:
    return await _append(request, _read_update)


Reader = Callable[[Parts, Connection, Account, Body], tuple[RawHit, str]]


async def _append(request: Request[object, object, State], read: Reader) -> Response[Answer]:
    """The id leaves after the event is durable in the log, like any hit."""
    body = await read_body(request)
    if body is None:
        return Response(fail("Specified json is not valid"))
    parts = parts_of(request.app.state)
    try:
        hit, event_id = await sync_to_thread(_read_signed, parts, body, read)
        await parts.commit.accept([hit])
    except FootfallError as error:
        return Response(fail(str(error)))
    return Response(succeed(eventId=event_id))


def _read_signed(parts: Parts, body: Body, read: Reader) -> tuple[RawHit, str]:
    with parts.database.write() as connection:
        account = find_signer(connection, body)
        if account is None:
            raise Refused(NOT_AUTHENTICATED)
        return read(parts, connection, account, body)


def _read_new(
    _parts: Parts, connection: Connection, account: Account, body: Body
) -> tuple[RawHit, str]:
    event = _event_of(body)
    visitor = _find_subject(connection, account.account, body)
    event_id = text(event, "eventId").lower()
    if not is_uuid(event_id):
        event_id = make_uuid()
    return _make_hit(account, visitor, event, event_id), event_id


def _read_update(
    parts: Parts, _connection: Connection, account: Account, body: Body
) -> tuple[RawHit, str]:
    event = _event_of(body)
    event_id = text(event, "eventId").lower()
    since = from_ms(0)
    before = parts.events.find_event(account.account, event_id, since)
    if before is None:
        raise Refused(f"there is no event {event_id or '(eventId is missing)'}")
    # An update is a newer state under the same id; the card shows the newest.
    event = {**before.data, "contactExtEventType": before.name, **_given(event)}
    return _make_hit(account, before.visitor, event, event_id), event_id


def _find_subject(connection: Connection, account: AccountId, body: Body) -> VisitorId:
    """Whose event: a contact, or (an extension) an anonymous browser by its smuuid."""
    key, email = text(body, "contactId").lower(), text(body, "email")
    if contacts.is_contact_id(key):
        found = contacts.resolve_contact(connection, account, ContactId(key))
        return identity.server_visitor(found.contact)
    if email:
        change = read_change({}, {})
        found, _is_new = contacts.upsert_contact(connection, account, email, change)
        return identity.server_visitor(found.contact)
    smuuid = text(body, "smuuid") or text(body, "contactUuid")
    if smuuid:
        return VisitorId(smuuid)
    raise Refused("email, contactId or smuuid is missing")


def _make_hit(account: Account, visitor: VisitorId, event: Body, event_id: str) -> RawHit:
    kind = text(event, "contactExtEventType").upper()
    if kind not in TYPES:
        raise Refused(f"contactExtEventType {kind[:50]!r} is not one of the known types")
    data = {
        name: str(value)[: LENGTHS.get(name, OTHER_LENGTH)]
        for name, value in _given(event).items()
        if name not in ("eventId", "contactExtEventType", "date")
    }
    data["source"] = SOURCE
    if data.get("detail9"):
        data["currency"] = data["detail9"]
    return pipeline.make_server_hit(
        account.smid, visitor, "external", kind, event_id, read_date(event.get("date")), data
    )


def _event_of(body: Body) -> Body:
    event = body.get("contactEvent")
    if not isinstance(event, dict):
        raise Refused("contactEvent is missing")
    return event


def _given(event: Body) -> dict[str, Any]:
    return {
        name: value
        for name, value in event.items()
        if value not in (None, "") and not isinstance(value, (dict, list))
    }


def read_date(value: Any) -> datetime:
    """Milliseconds, seconds, digits as text or ISO 8601; now for anything else."""
    written = str(value).strip() if value is not None else ""
    if written.isascii() and written.isdigit() and len(written) < 15:
        number = int(written)
        # Seconds reach this size in the year 5138; milliseconds passed it in 1973.
        return from_ms(number if number > 10**11 else number * 1000)
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return now()
    return moment if moment.tzinfo else moment.replace(tzinfo=now().tzinfo)
