"""The dashboard's numbers equal a plain recount, and its comparisons compare like with like."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.fakes.plain_numbers import count_series, count_top, count_totals
from tests.support.events import ACCOUNT, make_event, make_history

from footfall.events import EventStore, Period
from footfall.model import Channel, Event, EventKind, Touchpoint, VisitorId
from footfall.reports import (
    RANKS,
    Dashboard,
    KeptDays,
    ManyDays,
    count_ahead,
    last_days,
    make_dashboard,
    shift_days,
)

# Seven days around the change to summer time in Warsaw, on 29 March 2026.
NOW = datetime(2026, 4, 2, 9, 30, 15, tzinfo=UTC)
SEEDS = [1, 2, 3]
PATIENT = 60.0


def make_events(seed: int) -> list[Event]:
    return make_history(seed, 150, NOW - timedelta(days=70), NOW + timedelta(days=1))


def show(store: EventStore, zone: str, days: int = 30, site: str = "") -> tuple[Period, Dashboard]:
    period = last_days(ACCOUNT, zone, days, NOW, site)
    return period, make_dashboard(store, period, NOW, KeptDays(wait_seconds=PATIENT))


def show_days(store: EventStore, zone: str, days: int = 30) -> tuple[Period, ManyDays]:
    period, shown = show(store, zone, days)
    assert shown.many_days is not None
    return period, shown.many_days


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("zone", ["UTC", "Europe/Warsaw", "America/St_Johns"])
def test_dashboard_equals_a_plain_recount(store: EventStore, zone: str, seed: int) -> None:
    events = make_events(seed)
    store.append(events, "t")

    period, shown = show_days(store, zone)

    before = shift_days(period, 30)
    assert shown.visitors == count_totals(events, period).visitors
    assert shown.previous_visitors == count_totals(events, before).visitors
    assert shown.ranks == {name: count_top(events, period, name) for name in RANKS}
    assert [day for day in shown.days if day.pages] == count_series(events, period)


@pytest.mark.parametrize("site", ["", "shop.example.com"])
def test_today_is_compared_with_like(store: EventStore, site: str) -> None:
    at_the_edge = datetime(2026, 3, 26, 10, tzinfo=UTC)
    events = [*make_events(4), make_event("edge", at_the_edge, is_entry=True)]
    store.append(events, "t")
    warsaw = ZoneInfo("Europe/Warsaw")

    _period, shown = show(store, "Europe/Warsaw", site=site)

    # In Warsaw it is 11:30:15; last Thursday, before the clocks changed, that was 10:30:15 UTC.
    for found, day in [(shown.today, 2), (shown.yesterday, 1), (shown.week_ago, -5)]:
        first = datetime(2026, 4, 2, tzinfo=warsaw) + timedelta(days=day - 2)
        until = first.replace(hour=11, minute=30, second=15)
        stretch = Period(account=ACCOUNT, from_at=first, to_at=until, site=site)
        assert found == count_totals(events, stretch)


def test_days_add_up_but_visitors_do_not(store: EventStore) -> None:
    store.append(make_events(5), "t")

    period, shown = show_days(store, "Europe/Warsaw")

    totals = store.totals(period)
    assert sum(day.visits for day in shown.days) == totals.visits
    assert sum(day.pages for day in shown.days) == totals.pages
    assert sum(day.visitors for day in shown.days) > totals.visitors == shown.visitors


def test_returning_visitor_counts_once_in_range(store: EventStore) -> None:
    days = [NOW - timedelta(days=number) for number in range(5)]
    events = [make_event(f"e{n}", at, visit=n + 1, is_entry=True) for n, at in enumerate(days)]
    store.append(events, "t")

    _period, shown = show(store, "UTC")

    assert shown.many_days is not None and shown.many_days.visitors == 1
    assert shown.many_days.days[-2].visitors == 1 and shown.today.visitors == 0


def test_machines_are_in_no_number(store: EventStore) -> None:
    at = NOW - timedelta(hours=1)
    store.append([make_event(at=at, is_entry=True, bot="Examplebot")], "t")

    _period, shown = show(store, "UTC")

    assert shown.many_days is not None and not any(shown.many_days.ranks.values())
    assert (shown.many_days.visitors, shown.today.pages) == (0, 0)


def test_internal_referrers_are_no_source(store: EventStore) -> None:
    inside = Touchpoint(channel=Channel.INTERNAL, source="shop.example.com")
    google = Touchpoint(channel=Channel.SEARCH, source="Google")
    at = NOW - timedelta(hours=1)
    events = [
        make_event("a", at, is_entry=True, touchpoint=google),
        make_event("b", at, visit=2, is_entry=True, touchpoint=inside),
    ]
    store.append(events, "t")

    _period, shown = show_days(store, "UTC")

    assert [rank.name for rank in shown.ranks["source"]] == ["Google"]


def test_every_day_has_its_place(store: EventStore) -> None:
    _period, shown = show_days(store, "Europe/Warsaw", days=7)

    days = [f"2026-03-{day}" for day in (27, 28, 29, 30, 31)] + ["2026-04-01", "2026-04-02"]
    assert [day.start for day in shown.days] == days
    assert len(shown.previous_days) == 7 and shown.previous_days[0].start == "2026-03-20"


def test_purchase_without_browser_is_counted(store: EventStore) -> None:
    at = NOW - timedelta(hours=1)
    facts = {"visitor": VisitorId("contact:1"), "visit": 0, "kind": EventKind.PURCHASE}
    store.append([make_event(at=at, value=12.5, **facts)], "t")

    _period, shown = show(store, "UTC")

    assert (shown.today.purchases, shown.today.purchase_value) == (1, 12.5)
    assert shown.today.visitors == 0


def test_dashboard_counted_ahead_is_recalled(store: EventStore) -> None:
    store.append(make_events(6), "t")
    kept, period = KeptDays(wait_seconds=PATIENT), last_days(ACCOUNT, "UTC", 30, NOW)

    count_ahead(store, [period], kept)
    shown = make_dashboard(store, period, NOW, kept)

    assert shown.many_days is not None and shown.many_days.visitors > 0
    assert not shown.is_counting
