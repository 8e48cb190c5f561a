"""Events come back as they went in: whole, in order, and only from the stretches asked for."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.support.events import ACCOUNT, NOON, make_event, make_history

from footfall.events import Cursor, EventStore, Summary, event_key, summarize
from footfall.kit import hash64
from footfall.model import (
    AccountId,
    ContactId,
    Device,
    Event,
    EventKind,
    Organisation,
    Place,
    Span,
    Touchpoint,
    VisitorId,
)

ANNA = ContactId("anna")
HISTORY = make_history(3, 12, NOON - timedelta(days=20), NOON)


def own(visitor: str, from_at: datetime | None = None, until_at: datetime | None = None) -> Span:
    return Span(VisitorId(visitor), ANNA, from_at, until_at)


def newest_first(events: list[Event]) -> list[str]:
    ordered = sorted(events, key=lambda e: (e.occurred_at, event_key(e.event_id)), reverse=True)
    return [event.event_id for event in ordered]


def ids(events: list[Event]) -> list[str]:
    return [event.event_id for event in events]


def test_event_comes_back_whole(store: EventStore) -> None:
    event = make_event(
        "eé\"'\\{}",
        visit=hash64("v"),
        received_at=NOON + timedelta(milliseconds=999),
        title="Zażółć 🦊 \x00 \t\n \u2028 '; DROP TABLE hits --",
        touchpoint=Touchpoint(source="a", term=None),
        device=Device(brand="x"),
        place=Place(latitude=-1.5, accuracy_km=3),
        organisation=Organisation(asn=7),
        value=0.1,
        products=("p1", "p2"),
        data={"deep": {"list": [1, None, True, "ł"]}},
    )

    store.append([event], "t")

    assert store.timeline(ACCOUNT, [own("v1")]) == [event]


def test_huge_title_comes_back_whole(store: EventStore) -> None:
    event = make_event(title="ż" * 500_000, path="/" + "p" * 100_000)

    store.append([event], "t")

    assert store.timeline(ACCOUNT, [own("v1")]) == [event]


def test_half_a_surrogate_is_survived(store: EventStore) -> None:
    store.append([make_event(site="shop\ud800.example")], "t")

    (event,) = store.timeline(ACCOUNT, [own("v1")])

    assert event.site == "shop?.example"


def test_newest_event_comes_first(store: EventStore) -> None:
    store.append(HISTORY, "t")
    mine = [event for event in HISTORY if event.visitor in ("v1", "v2")]

    events = store.timeline(ACCOUNT, [own("v1"), own("v2")])

    assert ids(events) == newest_first(mine)


def test_pages_of_a_timeline_join_seamlessly(store: EventStore) -> None:
    # All in one millisecond, so that only the key tells them apart.
    store.append([make_event(f"e{number}") for number in range(25)], "t")
    seen: list[Event] = []
    cursor = None

    while page := store.timeline(ACCOUNT, [own("v1")], limit=4, before=cursor):
        seen += page
        assert len(seen) <= 25
        cursor = Cursor(at=page[-1].occurred_at, event_key=event_key(page[-1].event_id))

    assert ids(seen) == ids(store.timeline(ACCOUNT, [own("v1")]))
    assert len(set(ids(seen))) == 25


def test_only_owned_stretches_appear(store: EventStore) -> None:
    store.append([make_event(f"e{hour}", NOON + timedelta(hours=hour)) for hour in range(6)], "t")
    store.append([make_event("x", visitor=VisitorId("v2"))], "u")
    two, four = NOON + timedelta(hours=2), NOON + timedelta(hours=4)

    before = store.timeline(ACCOUNT, [own("v1", None, two)])
    after = store.timeline(ACCOUNT, [own("v1", four), own("v2")])

    assert ids(before) == ["e1", "e0"]
    assert ids(after) == ["e5", "e4", "x"]


def test_other_accounts_stay_apart(store: EventStore) -> None:
    other = AccountId(2)
    store.append([make_event("mine"), make_event("theirs", account=other)], "t")

    assert ids(store.timeline(ACCOUNT, [own("v1")])) == ["mine"]
    assert ids(store.timeline(other, [own("v1")])) == ["theirs"]


def test_no_stretches_give_nothing(store: EventStore) -> None:
    store.append([make_event()], "t")

    assert store.timeline(ACCOUNT, []) == []
    assert store.summary(ACCOUNT, []) == Summary()


def test_hundreds_of_browsers_are_asked_at_once(store: EventStore) -> None:
    events = [make_event(f"e{n}", visitor=VisitorId(f"v{n}")) for n in range(600)]
    store.append(events, "t")

    found = store.timeline(ACCOUNT, [own(f"v{n}", NOON) for n in range(600)], limit=1000)

    assert len(found) == 500


def test_summary_counts_the_stretches_only(store: EventStore) -> None:
    store.append(HISTORY, "t")
    since = NOON - timedelta(days=15)
    mine = [e for e in HISTORY if e.visitor == "v1" and e.occurred_at >= since]
    bought = [event.value or 0 for event in mine if event.kind is EventKind.PURCHASE]

    summary = store.summary(ACCOUNT, [own("v1", since)])

    assert summary == Summary(
        pages=sum(event.kind is EventKind.PAGE for event in mine),
        visits=len({event.visit for event in mine}),
        engaged_ms=sum(event.engaged_ms for event in mine),
        first_at=min((event.occurred_at for event in mine), default=None),
        last_at=max((event.occurred_at for event in mine), default=None),
        purchases=len(bought),
        purchase_value=sum(bought),
    )


@pytest.mark.parametrize("visitor", ["v1", "v2", "contact:7", "nobody"])
def test_summary_of_all_events_is_the_same(store: EventStore, visitor: str) -> None:
    bought = {"visitor": VisitorId("contact:7"), "visit": 0, "kind": EventKind.PURCHASE}
    precise = NOON + timedelta(microseconds=1234)
    store.append([*HISTORY, make_event("bought", precise, value=9.5, **bought)], "t")
    whole = store.timeline(ACCOUNT, [own(visitor)], limit=1000)

    summary = store.summary(ACCOUNT, [own(visitor)])

    assert summarize(whole) == summary


def test_summary_of_a_stranger_is_empty(store: EventStore) -> None:
    store.append(HISTORY, "t")

    assert store.summary(ACCOUNT, [own("nobody")]) == Summary()


@pytest.mark.parametrize(("days", "is_found"), [(1, True), (-1, False)])
def test_event_is_found_after_a_bound(store: EventStore, days: int, is_found: bool) -> None:
    event = make_event("cart-7")
    store.append([event], "t")

    found = store.find_event(ACCOUNT, "cart-7", NOON - timedelta(days=days))

    assert found == (event if is_found else None)


def test_unknown_event_is_not_found(store: EventStore) -> None:
    store.append([make_event("cart-7")], "t")

    assert store.find_event(ACCOUNT, "cart-8", NOON - timedelta(days=1)) is None
    assert store.find_event(AccountId(2), "cart-7", NOON - timedelta(days=1)) is None
