"""Every number equals a plain recount of the same events."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.fakes.plain_numbers import (
    count_bounces,
    count_series,
    count_top,
    count_totals,
    find_behind,
)
from tests.support.events import ACCOUNT, NOON, make_event, make_history

from footfall.events import DIMENSIONS, Bucket, EventStore, Period, Totals
from footfall.model import AccountId, EventKind, VisitorId

FROM = datetime(2026, 3, 1, tzinfo=UTC)
TO = datetime(2026, 4, 10, tzinfo=UTC)
HISTORY = make_history(7, 120, FROM, TO)
OTHERS = make_history(8, 20, FROM, TO, AccountId(2))


def make_period(days: float = 30, site: str = "", zone: str = "UTC") -> Period:
    # Neither end on a day's border, so that half days are counted too.
    start = FROM + timedelta(days=3, hours=5, milliseconds=7)
    return Period(
        account=ACCOUNT, from_at=start, to_at=start + timedelta(days=days), site=site, zone=zone
    )


@pytest.fixture
def filled(store: EventStore) -> EventStore:
    store.append(HISTORY[::2] + OTHERS, "even")
    store.append(HISTORY[1::2], "odd")
    return store


@pytest.mark.parametrize("site", ["", "shop.example.com", "nobody.example.com"])
def test_totals_equal_a_plain_recount(filled: EventStore, site: str) -> None:
    period = make_period(site=site)

    totals = filled.totals(period)

    assert totals == count_totals(HISTORY, period)
    assert filled.count_visitors(period) == totals.visitors


@pytest.mark.parametrize("site", ["", "shop.example.com"])
def test_bounces_equal_a_plain_recount(filled: EventStore, site: str) -> None:
    period = make_period(site=site)

    bounces = filled.count_bounces(period)

    assert bounces == count_bounces(HISTORY, period) > 0


@pytest.mark.parametrize("by", ["day", "hour"])
@pytest.mark.parametrize("zone", ["UTC", "Europe/Warsaw", "America/St_Johns", "Asia/Kathmandu"])
def test_series_equal_a_plain_recount(filled: EventStore, zone: str, by: str) -> None:
    period = make_period(zone=zone)

    series = filled.series(period, by)

    assert series == count_series(HISTORY, period, by)


@pytest.mark.parametrize("site", ["", "shop.example.com"])
@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_every_rank_equals_a_recount(filled: EventStore, dimension: str, site: str) -> None:
    period = make_period(site=site)

    ranks = filled.top(period, dimension, 5)

    assert ranks == count_top(HISTORY, period, dimension, 5)


@pytest.mark.parametrize("site", ["", "shop.example.com"])
@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_visitors_stand_behind_every_rank(filled: EventStore, dimension: str, site: str) -> None:
    period = make_period(site=site)

    for rank in filled.top(period, dimension, 5):
        behind = filled.visitors_behind(period, dimension, rank.name, 1000)

        assert behind == find_behind(HISTORY, period, dimension, rank.name)
        assert len(behind) == rank.visitors


def test_most_recent_stand_behind_first(filled: EventStore) -> None:
    everybody = filled.visitors_behind(make_period(), "country", "PL")

    some = filled.visitors_behind(make_period(), "country", "PL", 3)

    assert some == everybody[:3] and len(everybody) > 3
    assert filled.visitors_behind(make_period(), "country", "nowhere") == []


def test_unknown_dimension_is_refused(filled: EventStore) -> None:
    with pytest.raises(KeyError):
        filled.top(make_period(), "visitor) FROM hits --")


def test_quotes_in_the_site_stay_text(filled: EventStore) -> None:
    period = make_period(site="x' OR '1'='1\\")

    totals = filled.totals(period)

    assert totals == Totals()


def test_empty_store_counts_nothing(store: EventStore) -> None:
    period = make_period()

    assert store.totals(period) == Totals()
    assert store.series(period) == [] and store.top(period, "page") == []


def test_days_follow_the_changing_clock(store: EventStore) -> None:
    # Clocks in Warsaw went forward on 29 March 2026, so this local day has 23 hours.
    instants = ["2026-03-28T22:59", "2026-03-28T23:00", "2026-03-29T21:59", "2026-03-29T22:00"]
    moments = [datetime.fromisoformat(text + "+00:00") for text in instants]
    store.append([make_event(f"e{at}", at) for at in moments], "t")

    series = store.series(make_period(zone="Europe/Warsaw"))

    expected = [("2026-03-28", 1), ("2026-03-29", 2), ("2026-03-30", 1)]
    assert [(bucket.start, bucket.pages) for bucket in series] == expected


def test_events_without_browser_visit_nothing(store: EventStore) -> None:
    known = {"visitor": VisitorId("contact:7"), "visit": 0, "kind": EventKind.PURCHASE}
    store.append([make_event(at=NOON, value=9.5, **known)], "t")

    totals = store.totals(make_period())

    assert totals == Totals(purchases=1, purchase_value=9.5)


def test_end_of_period_is_outside(store: EventStore) -> None:
    next_noon = NOON + timedelta(days=1)
    store.append([make_event(f"e{at}", at, is_entry=True) for at in (NOON, next_noon)], "t")
    period = Period(account=ACCOUNT, from_at=NOON, to_at=next_noon)

    series = store.series(period)

    day = {"start": "2026-03-10", "visitors": 1, "visits": 1, "pages": 1}
    assert series == [Bucket(**day, purchases=0, purchase_value=0.0)]
