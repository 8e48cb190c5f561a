"""The numbers of many days beside those of the days before; slow counts are kept for a while."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Lock, Thread
from time import monotonic
from zoneinfo import ZoneInfo

import msgspec

from footfall.events import Bucket, EventStore, Period, Rank, Totals
from footfall.kit import now
from footfall.model import Record

RANKS = ("source", "page", "country", "company")

# Counts that take no longer than this are made anew for every look.
QUICK_SECONDS = 0.1
# A slow count is kept for so many times as long as it took: a dashboard that is left open
# takes a twentieth of a core, however many events there are.
PATIENCE = 20
# Nobody is shown anything older: rather they wait. Where counting itself takes seconds, it is
# twice the time after which a count is renewed, so that who keeps looking never waits.
OLDEST_SECONDS = 60.0
MOST_KEPT = 100


class ManyDays(Record, frozen=True):
    """Every list in it covers the same period and site; machines are left out."""

    counted_at: datetime
    totals: Totals
    previous: Totals  # as many days before, until the same time of day
    days: list[Bucket]
    previous_days: list[Bucket]
    ranks: dict[str, list[Rank]]


def count_days(events: EventStore, period: Period) -> ManyDays:
    before = shift_days(period, _count_local_days(period))
    return ManyDays(
        counted_at=now(),
        totals=events.totals(period),
        previous=events.totals(before),
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


Key = tuple[EventStore, int, str, str, datetime]


@dataclass
class _Kept:
    numbers: ManyDays
    counted_at: float
    seconds: float  # that the count took
    is_renewing: bool = False


class KeptDays:
    """Counts, or recalls what was counted a moment ago; safe to ask from many threads."""

    def __init__(
        self,
        count: Callable[[EventStore, Period], ManyDays] = count_days,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._count = count
        self._clock = clock
        self._kept: dict[Key, _Kept] = {}
        self._counting = Lock()

    def recall(self, events: EventStore, period: Period) -> ManyDays:
        # The end is left out: a later look at the days until now is another look at the same.
        key = (events, period.account, period.site, period.zone, period.from_at)
        kept = self._kept.get(key)
        if kept is None or self._is_outdated(kept):
            return self._renew_alone(key, events, period, kept)
        if self._clock() - kept.counted_at > PATIENCE * kept.seconds and not kept.is_renewing:
            kept.is_renewing = True
            Thread(target=self._renew, args=(key, events, period), daemon=True).start()
        return kept.numbers

    def _is_outdated(self, kept: _Kept) -> bool:
        age = self._clock() - kept.counted_at
        oldest = max(OLDEST_SECONDS, 2 * PATIENCE * kept.seconds)
        return kept.seconds <= QUICK_SECONDS or age > oldest

    def _renew_alone(
        self, key: Key, events: EventStore, period: Period, seen: _Kept | None
    ) -> ManyDays:
        """Ten people who open a slow dashboard at once wait for one count, not for ten."""
        with self._counting:
            kept = self._kept.get(key)
            if kept is not None and kept is not seen:
                return kept.numbers
            return self._renew(key, events, period)

    def _renew(self, key: Key, events: EventStore, period: Period) -> ManyDays:
        started = self._clock()
        try:
            numbers = self._count(events, period)
        finally:
            if key in self._kept:
                self._kept[key].is_renewing = False
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[key] = _Kept(numbers, started, self._clock() - started)
        return numbers
