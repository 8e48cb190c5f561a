"""Events in, the columns of both tables out; the names are those of ``schema.sql``."""

from __future__ import annotations

import json
from collections.abc import Sequence

import msgspec

from footfall.events.block import Column
from footfall.kit import hash64, to_ms
from footfall.model import AccountId, Event, EventKind, OrganisationKind, VisitorId

# What of a visit's 64 bits the table of hits keeps: it is counted together with the visitor.
VISIT_BITS = 0xFFFFFFFF

CORRECTION = "correction"

_encode = msgspec.json.Encoder().encode


def make_columns(events: Sequence[Event]) -> dict[str, list[Column]]:
    """By table, in the order in which they must be inserted."""
    ids = {(event.account, event.visitor) for event in events}
    keys = {(account, visitor): visitor_key(account, visitor) for account, visitor in ids}
    shared = [
        Column("account", "UInt32", [event.account for event in events]),
        Column("visitor", "UInt64", [keys[event.account, event.visitor] for event in events]),
        Column("at", "Int64", [to_ms(event.occurred_at) for event in events]),
        Column("visit", "UInt32", [event.visit & VISIT_BITS for event in events]),
        Column("kind", "String", [_kind(event) for event in events]),
        Column("engaged", "UInt32", [event.engaged_ms for event in events]),
        Column("value", "Float64", [event.added_value for event in events]),
    ]
    return {"timeline": shared + _timeline(events), "hits": shared + _hits(events)}


def visitor_key(account: AccountId, visitor: VisitorId) -> int:
    return hash64(str(account), visitor)


def event_key(event_id: str) -> int:
    return hash64(event_id)


def _kind(event: Event) -> str:
    # A newer state of an event is no second event: it only corrects the sum of its kind.
    return event.kind if event.corrects is None else CORRECTION


def _timeline(events: Sequence[Event]) -> list[Column]:
    return [
        Column("event", "UInt64", [event_key(event.event_id) for event in events]),
        Column("body", "Bytes", [_write_body(event) for event in events]),
    ]


def _write_body(event: Event) -> bytes:
    try:
        return _encode(event)
    except UnicodeEncodeError:
        # Half a surrogate pair in one title must not hold up the whole batch for ever.
        written = json.dumps(msgspec.to_builtins(event), ensure_ascii=False)
        return written.encode("utf-8", "replace")


def _hits(events: Sequence[Event]) -> list[Column]:
    touchpoints = [event.touchpoint for event in events]
    places = [event.place for event in events]
    devices = [event.device for event in events]
    return [
        Column("is_entry", "UInt8", [event.is_entry for event in events]),
        Column("is_bot", "UInt8", [event.bot != "" for event in events]),
        Column("site", "String", [event.site for event in events]),
        Column("page", "String", [_page(event) for event in events]),
        Column("channel", "String", [touchpoint.channel for touchpoint in touchpoints]),
        Column("source", "String", [touchpoint.source for touchpoint in touchpoints]),
        Column("campaign", "String", [touchpoint.campaign for touchpoint in touchpoints]),
        Column("term", "String", [touchpoint.term or "" for touchpoint in touchpoints]),
        Column("country", "String", [place.country for place in places]),
        Column("city", "String", [place.city for place in places]),
        Column("company", "String", [_company(event) for event in events]),
        Column("device", "String", [device.kind for device in devices]),
        Column("browser", "String", [device.browser for device in devices]),
        Column("system", "String", [device.system for device in devices]),
    ]


def _page(event: Event) -> str:
    return event.path if event.kind is EventKind.PAGE else ""


def _company(event: Event) -> str:
    """Only companies: an access provider says nothing about who was there."""
    organisation = event.organisation
    return organisation.name if organisation.kind is OrganisationKind.COMPANY else ""
