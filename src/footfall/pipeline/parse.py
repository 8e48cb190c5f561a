"""Raw hit in, parameters out: both wire forms become one flat dictionary of lenient values."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec

from footfall.kit import from_ms
from footfall.model import BuryReason, EventKind, RawHit
from footfall.pipeline.query import decode_text, read_pairs

# Longer queries and bodies come from no browser of ours; they are kept whole, but buried.
LONGEST_QUERY = 16 * 1024
LONGEST_BODY = 64 * 1024
MOST_PARAMETERS = 200
LONGEST_HOST = 255
# What is nested deeper was made to exhaust whoever writes or reads it after us.
DEEPEST = 32

# A browser may come back with its outbox after a holiday; older times are a wrong clock.
OLDEST_HIT = timedelta(days=30)
# What our own server and the importer say of the past is true however old.
KEEPING_TIME = ("server", "import")

KINDS = {
    "": EventKind.PAGE,
    "page": EventKind.PAGE,
    "engaged": EventKind.ENGAGED,
    "event": EventKind.CUSTOM,
    "identify": EventKind.IDENTIFY,
    "consent": EventKind.CONSENT,
    "form": EventKind.FORM,
}
CART_NAMES = {"CART": EventKind.CART, "PURCHASE": EventKind.PURCHASE}

_decode = msgspec.json.Decoder(dict[str, Any]).decode


class Hit(msgspec.Struct, frozen=True, gc=False):
    """A readable hit: its parameters under the names of the wire."""

    parameters: dict[str, Any]
    kind: EventKind
    host: str  # of the page, in lower case
    occurred_at: datetime
    received_at: datetime

    def text(self, name: str, longest: int = 2_000) -> str:
        """The parameter as text, cut to a sane length; "" when it is not there."""
        value = self.parameters.get(name)
        if value is None:
            return ""
        return value[:longest] if type(value) is str else str(value)[:longest]

    def number(self, name: str) -> int | None:
        return read_number(self.parameters, name)


def parse(raw: RawHit) -> Hit | BuryReason:
    """Understand a raw hit, or say why nobody can."""
    parameters = _read_query(raw.query) if raw.query or not raw.body else _read_body(raw.body)
    if isinstance(parameters, BuryReason):
        return parameters
    if not parameters.get("smid"):
        return BuryReason.BAD_SHAPE
    received_at = from_ms(raw.received_at_ms)
    return Hit(
        parameters,
        _read_kind(parameters, raw.door),
        _read_host(parameters),
        _occurred_at(parameters, raw.door, received_at),
        received_at,
    )


def read_number(parameters: dict[str, Any], name: str) -> int | None:
    """The parameter as a whole number of at most 15 digits; None when it is not one."""
    value = parameters.get(name)
    if value is None:
        return None
    if type(value) is str:
        return int(value) if len(value) < 16 and value.isascii() and value.isdigit() else None
    if type(value) is float and value.is_integer():
        value = int(value)
    return value if type(value) is int and 0 <= value < 10**15 else None


def _read_host(parameters: dict[str, Any]) -> str:
    location = parameters.get("location")
    return "" if location is None else str(location)[:LONGEST_HOST].lower()


def _read_kind(parameters: dict[str, Any], door: str) -> EventKind:
    given = str(parameters.get("type", ""))
    if door == "server" and given == "external":
        return CART_NAMES.get(str(parameters.get("name", "")), EventKind.EXTERNAL)
    kind = KINDS.get(given, EventKind.CUSTOM)
    if kind is EventKind.CUSTOM:
        kind = CART_NAMES.get(str(parameters.get("name", "")).upper(), kind)
    return kind


def _read_query(query: bytes) -> dict[str, Any] | BuryReason:
    if len(query) > LONGEST_QUERY:
        return BuryReason.TOO_LARGE
    pairs = read_pairs(decode_text(query))
    if not pairs or len(pairs) > MOST_PARAMETERS:
        return BuryReason.BAD_QUERY
    return dict(pairs)


def _read_body(body: bytes) -> dict[str, Any] | BuryReason:
    if len(body) > LONGEST_BODY:
        return BuryReason.TOO_LARGE
    try:
        parameters = _decode(body)
    except msgspec.ValidationError:
        return BuryReason.BAD_SHAPE
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return BuryReason.BAD_JSON
    if body.count(b"[") + body.count(b"{") > DEEPEST and _is_deep(parameters, DEEPEST):
        return BuryReason.BAD_SHAPE
    return parameters


def _is_deep(value: object, left: int) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    return isinstance(value, list) and (not left or any(_is_deep(v, left - 1) for v in value))


def _occurred_at(parameters: dict[str, Any], door: str, received_at: datetime) -> datetime:
    """When it happened by our clock: a wrong browser clock is off by the same at sending.

    A gif is sent at once, so it happened when it was received, whatever the browser says.
    """
    happened = None if door == "gif" else read_number(parameters, "timestamp")
    if happened is None:
        return received_at
    if door in KEEPING_TIME:
        return from_ms(happened)
    sent = read_number(parameters, "sent")
    if sent is None or sent < happened:
        return received_at
    age = timedelta(milliseconds=sent - happened)
    return received_at - min(age, OLDEST_HIT)
