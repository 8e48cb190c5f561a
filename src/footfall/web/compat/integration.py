"""What the shops' plugins send: a contact, an event or both in one request; their ids come out."""

from __future__ import annotations

from litestar import Request, Response, post
from litestar.datastructures import State

from footfall.accounts import Account
from footfall.kit import Connection, Refused
from footfall.model import RawHit
from footfall.web.compat.contacts import apply_upsert, part
from footfall.web.compat.envelope import Answer, Body, succeed
from footfall.web.compat.events import Accepted, append_signed, read_event
from footfall.web.parts import Parts


@post("/api/integration/upsert", status_code=200, include_in_schema=False)
async def upsert_both(request: Request[object, object, State]) -> Response[Answer]:
    return await append_signed(request, _read_both)


def _read_both(parts: Parts, connection: Connection, account: Account, body: Body) -> Accepted:
    """The contact first: an event that names nobody is theirs."""
    contact, event = part(body, "contactUpsertRequest"), part(body, "addContactExtEventRequest")
    if not contact and not event:
        raise Refused("contactUpsertRequest or addContactExtEventRequest is missing")
    ids: dict[str, str] = {}
    hit: RawHit | None = None
    if contact:
        ids["contactId"] = apply_upsert(connection, account.account, contact)
    if event:
        hit, ids["eventId"] = read_event(parts, connection, account, {**ids, **event})
    return Accepted(succeed(**ids), hit)
