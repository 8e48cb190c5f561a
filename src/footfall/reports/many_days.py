"""The numbers of many days beside those of the days before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from footfall.events import Bucket, EventStore, Period, Rank
from footfall.kit import now
from footfall.model import Record

RANKS = ("source", "page", "country", "company")


class ManyDays(Record, frozen=True):
    """Every list in it covers the same period and site; machines are left out."""

    counted_at: datetime
    visitors: int
    previous_visitors: int  # as many days before, until the same time of day
    days: list[Bucket]
    previous_days: list[Bucket]
    ranks: dict[str, list[Rank]]


def count_days(events: EventStore, period: Period) -> ManyDays:
    before = shift_days(period, _count_local_days(period))
    return ManyDays(
        counted_at=now(),
        visitors=events.count_visitors(period),
        previous_visitors=events.count_visitors(before),
        days=fill_days(events.series(period), period),
        previous_days=fill_days(events.series(before), before),
        ranks={name: events.top(period, name) for name in RANKS},
    )


def shift_days(period: Period, days: int) -> Period:
    """The same times of day, so many days earlier: on the clock on the wall, so that a day
    of 23 or 25 hours moves nothing."""
    zone, back = ZoneInfo(period.zone), timedelta(days=days)
    return msgspec.structs.replace(
        period,
        from_at=period.from_at.astimezone(zone) - back,
        to_at=period.to_at.astimezone(zone) - back,
    )


def fill_days(buckets: Sequence[Bucket], period: Period) -> list[Bucket]:
    """A bucket for every local day of the period, empty where nothing happened."""
    found = {bucket.start: bucket for bucket in buckets}
    first = _first_day(period)
    days = [first + timedelta(days=number) for number in range(_count_local_days(period))]
    return [found.get(day.isoformat(), _empty(day)) for day in days]


def _first_day(period: Period) -> date:
    return period.from_at.astimezone(ZoneInfo(period.zone)).date()


def _count_local_days(period: Period) -> int:
    last = (period.to_at - timedelta(milliseconds=1)).astimezone(ZoneInfo(period.zone)).date()
    return (last - _first_day(period)).days + 1


def _empty(day: date) -> Bucket:
    return Bucket(
        start=day.isoformat(), visitors=0, visits=0, pages=0, purchases=0, purchase_value=0.0
    )
