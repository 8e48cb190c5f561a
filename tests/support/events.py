"""Events for tests: one with only what matters given, or a seeded history of many visitors."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from footfall.kit import hash64
from footfall.model import (
    AccountId,
    Channel,
    Device,
    Event,
    EventKind,
    Organisation,
    OrganisationKind,
    Place,
    Touchpoint,
    VisitorId,
)

ACCOUNT = AccountId(1)
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)

SOURCES = [
    Touchpoint(),
    Touchpoint(channel=Channel.SEARCH, source="Google", term="red shoes"),
    Touchpoint(channel=Channel.SEARCH, source="Bing"),
    Touchpoint(channel=Channel.CAMPAIGN, source="newsletter", campaign="spring"),
    Touchpoint(channel=Channel.REFERRAL, source="blog.example.org"),
    Touchpoint(channel=Channel.INTERNAL, source="shop.example.com"),
]
PLACES = [Place(), Place(country="PL", city="Kraków"), Place(country="DE", city="Berlin")]
DEVICES = [
    Device(kind="phone", browser="Safari", system="iOS"),
    Device(kind="desktop", browser="Firefox", system="Linux"),
]
ORGANISATIONS = [
    Organisation(),
    Organisation(name="ACME Ltd", kind=OrganisationKind.COMPANY),
    Organisation(name="Telecom", kind=OrganisationKind.PROVIDER),
]


def make_event(event_id: str = "e1", at: datetime = NOON, **facts: Any) -> Event:
    known: dict[str, Any] = {
        "account": ACCOUNT,
        "event_id": event_id,
        "visitor": VisitorId("v1"),
        "visit": 1,
        "kind": EventKind.PAGE,
        "occurred_at": at,
        "received_at": at,
        "site": "shop.example.com",
        "path": "/",
    }
    return Event(**(known | facts))


def make_history(
    seed: int, visitors: int, from_at: datetime, to_at: datetime, account: AccountId = ACCOUNT
) -> list[Event]:
    """Visits of people and some machines, spread evenly; in the order of time."""
    draw = random.Random(seed)
    events: list[Event] = []
    for number in range(visitors):
        for _ in range(draw.choice([1, 1, 1, 2, 5])):
            start = from_at + (to_at - from_at) * draw.random()
            events += _make_visit(draw, account, f"v{number}", start)
    kept = [event for event in events if event.occurred_at < to_at]
    return sorted(kept, key=lambda event: (event.occurred_at, event.event_id))


def _make_visit(
    draw: random.Random, account: AccountId, visitor: str, start: datetime
) -> list[Event]:
    at = start.replace(microsecond=start.microsecond // 1000 * 1000)
    who = random.Random(visitor)
    shared = {
        "account": account,
        "visitor": VisitorId(visitor),
        "visit": hash64(visitor, at.isoformat()),
        "site": draw.choice(["shop.example.com", "blog.example.com"]),
        "touchpoint": draw.choice(SOURCES),
        "place": who.choice(PLACES),
        "device": who.choice(DEVICES),
        "organisation": who.choice(ORGANISATIONS),
        "bot": "Examplebot" if who.random() < 0.1 else "",
    }
    events = []
    for step in range(draw.choice([1, 1, 2, 4, 9])):
        facts = shared | _draw_kind(draw, step) | {"is_entry": step == 0}
        events.append(make_event(f"{visitor}-{at.isoformat()}", at, **facts))
        at += timedelta(milliseconds=draw.randint(1, 400_000))
    return events


def _draw_kind(draw: random.Random, step: int) -> dict[str, Any]:
    kind = draw.choice([EventKind.PAGE] * 6 + [EventKind.ENGAGED, EventKind.PURCHASE])
    if step == 0 or kind is EventKind.PAGE:
        return {"kind": EventKind.PAGE, "path": f"/p{draw.randint(1, 12)}"}
    if kind is EventKind.ENGAGED:
        return {"kind": kind, "engaged_ms": draw.randint(1, 60_000)}
    return {"kind": kind, "value": float(draw.randint(1, 500)), "currency": "EUR"}
