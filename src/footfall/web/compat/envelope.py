"""The wire's envelope: check who signs, answer ``success`` and ``message`` always, status 200."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.datastructures import State

from footfall import accounts
from footfall.accounts import Account
from footfall.kit import Connection, FootfallError, from_ms
from footfall.web.parts import Parts, parts_of

Body = dict[str, Any]
Answer = dict[str, Any]
Handler = Callable[[Parts, Connection, Account, Body], Answer]

OLDEST_YEAR, NEWEST_YEAR = 1990, 2200

# Real clients look for these very words.
NOT_AUTHENTICATED = "User not authenticated"
INVALID_JSON = "Specified json is not valid"


def succeed(**fields: Any) -> Answer:
    return {"success": True, "message": [], **fields}


def fail(*messages: str) -> Answer:
    return {"success": False, "message": list(messages)}


async def read_body(request: Request[object, object, State]) -> Body | None:
    """The JSON object of the request; None when it is none."""
    try:
        body = msgspec.json.decode(await request.body())
    except msgspec.DecodeError:
        return None
    return body if isinstance(body, dict) else None


def answer_signed(state: State, body: Body | None, handle: Handler) -> Response[Answer]:
    """Run the handler for a signed request, in one transaction.

    Logical errors are HTTP 200 with ``success`` false: the common clients read nothing else.
    """
    if body is None:
        return Response(fail(INVALID_JSON))
    parts = parts_of(state)
    try:
        with parts.database.write() as connection:
            account = find_signer(connection, body)
            if account is None:
                return Response(fail(NOT_AUTHENTICATED))
            return Response(handle(parts, connection, account, body))
    except FootfallError as error:
        return Response(fail(str(error)))


def find_signer(connection: Connection, body: Body) -> Account | None:
    smid = text(body, "clientId")
    if not accounts.is_signed(connection, smid, text(body, "apiKey"), text(body, "sha")):
        return None
    return accounts.find_account(connection, smid)


def text(body: Body, name: str) -> str:
    """A value as text; null, missing, objects and lists are ""."""
    value = body.get(name)
    if value is None or isinstance(value, (dict, list)):
        return ""
    return str(value).strip()


def moment(value: Any) -> datetime | None:
    """Milliseconds, seconds, digits as text or ISO 8601; None for anything else."""
    written = str(value).strip() if value is not None else ""
    if written.isascii() and written.isdigit() and len(written) < 15:
        number = int(written)
        # Seconds reach this size in the year 5138; milliseconds passed it in 1973.
        return _if_sane(from_ms(number if number > 10**11 else number * 1000))
    try:
        parsed = datetime.fromisoformat(written)
    except ValueError:
        return None
    return _if_sane(parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC))


def _if_sane(parsed: datetime) -> datetime | None:
    """Calendars end, and time zones overflow them; no shop's event is older than the web."""
    return parsed if OLDEST_YEAR <= parsed.year <= NEWEST_YEAR else None


def flag(body: Body, name: str) -> bool:
    """true, "true" and 1 are yes."""
    return text(body, name).lower() in ("true", "1", "yes")


def words(body: Body, name: str) -> tuple[str, ...]:
    """A list of texts, also when it came as one text with commas."""
    value = body.get(name)
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, list):
        return ()
    return tuple(str(item).strip() for item in value if item not in (None, ""))
