"""The dashboard: today against the same weekday last week, thirty days, and four ranks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from footfall.events import Bucket, EventStore, Period, Rank, Totals
from footfall.model import Record

RANKS = ("source", "page", "country", "company")


class Dashboard(Record, frozen=True):
    """Every list in it covers the same period and site; machines are left out."""

    today: Totals
    week_ago: Totals  # the same hours of the same weekday last week
    totals: Totals
    previous: Totals  # the period of the same length just before
    days: list[Bucket]
    previous_days: list[Bucket]
    ranks: dict[str, list[Rank]]


def make_dashboard(events: EventStore, period: Period, now: datetime) -> Dashboard:
    length = period.to_at - period.from_at
    before = msgspec.structs.replace(period, from_at=period.from_at - length, to_at=period.from_at)
    today = msgspec.structs.replace(period, from_at=_midnight(now, period.zone), to_at=now)
    week = timedelta(days=7)
    week_ago = msgspec.structs.replace(today, from_at=today.from_at - week, to_at=now - week)
    return Dashboard(
        today=events.totals(today),
        week_ago=events.totals(week_ago),
        totals=events.totals(period),
        previous=events.totals(before),
        days=fill_days(events.series(period), period),
        previous_days=fill_days(events.series(before), before),
        ranks={name: events.top(period, name) for name in RANKS},
    )


def fill_days(buckets: Sequence[Bucket], period: Period) -> list[Bucket]:
    """A bucket for every local day of the period, empty where nothing happened."""
    found = {bucket.start: bucket for bucket in buckets}
    zone = ZoneInfo(period.zone)
    day = period.from_at.astimezone(zone).date()
    last = (period.to_at - timedelta(milliseconds=1)).astimezone(zone).date()
    filled = []
    while day <= last:
        filled.append(found.get(day.isoformat(), _empty(day)))
        day += timedelta(days=1)
    return filled


def _empty(day: date) -> Bucket:
    return Bucket(
        start=day.isoformat(), visitors=0, visits=0, pages=0, purchases=0, purchase_value=0.0
    )


def _midnight(moment: datetime, zone: str) -> datetime:
    local = moment.astimezone(ZoneInfo(zone))
    return datetime.combine(local.date(), time(), local.tzinfo)
