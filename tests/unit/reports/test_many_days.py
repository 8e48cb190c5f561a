"""When numbers are counted anew and when they are recalled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Event as Flag
from threading import Thread

import pytest

from footfall.events import EventStore, Period, QueryFailed, ServerClient, Totals
from footfall.model import AccountId
from footfall.reports import KeptDays, ManyDays, shift_days
from footfall.reports.many_days import OLDEST_SECONDS, PATIENCE

START = datetime(2026, 3, 1, tzinfo=UTC)
NO_STORE = EventStore(ServerClient.__new__(ServerClient))


class Counter:
    """Counts that take as long as told, on a clock of its own; the number says which it is."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.time, self.counts = seconds, 0.0, 0
        self.done, self.is_broken = Flag(), False

    def clock(self) -> float:
        return self.time

    def count(self, _events: EventStore, _period: Period) -> ManyDays:
        if self.is_broken:
            raise QueryFailed("no")
        self.time += self.seconds
        self.counts += 1
        self.done.set()
        totals = Totals(pages=self.counts)
        parts = {"days": [], "previous_days": [], "ranks": {}}
        return ManyDays(counted_at=START, totals=totals, previous=Totals(), **parts)


def make_period(site: str = "", minutes: int = 0) -> Period:
    to_at = START + timedelta(days=3, minutes=minutes)
    return Period(account=AccountId(1), from_at=START, to_at=to_at, site=site)


def recall(kept: KeptDays, period: Period) -> int:
    return kept.recall(NO_STORE, period).totals.pages


def test_quick_counts_are_always_new() -> None:
    counter = Counter(seconds=0.01)
    kept = KeptDays(counter.count, counter.clock)

    looks = [recall(kept, make_period()) for _ in range(3)]

    assert looks == [1, 2, 3]


def test_slow_counts_are_recalled_at_once() -> None:
    counter = Counter(seconds=1)
    kept = KeptDays(counter.count, counter.clock)

    looks = [recall(kept, make_period(minutes=minute)) for minute in range(3)]

    assert looks == [1, 1, 1]


def test_other_sites_are_counted_apart() -> None:
    counter = Counter(seconds=1)
    kept = KeptDays(counter.count, counter.clock)

    looks = [recall(kept, make_period(site)) for site in ("", "a.example", "", "a.example")]

    assert looks == [1, 2, 1, 2]


def test_old_counts_are_renewed_behind() -> None:
    counter = Counter(seconds=1)
    kept = KeptDays(counter.count, counter.clock)
    recall(kept, make_period())
    counter.done.clear()

    counter.time += PATIENCE + 1
    stale = recall(kept, make_period())

    assert counter.done.wait(10)
    assert (stale, counter.counts) == (1, 2)


def test_too_old_counts_are_not_shown() -> None:
    counter = Counter(seconds=1)
    kept = KeptDays(counter.count, counter.clock)
    recall(kept, make_period())

    counter.time += OLDEST_SECONDS + 1

    assert recall(kept, make_period()) == 2


def test_very_slow_counts_are_renewed_behind() -> None:
    counter = Counter(seconds=10)
    kept = KeptDays(counter.count, counter.clock)
    recall(kept, make_period())
    counter.done.clear()

    counter.time += PATIENCE * 10 + 1
    stale = recall(kept, make_period())

    assert counter.done.wait(10)
    assert stale == 1


def test_failed_count_is_tried_again() -> None:
    counter = Counter(seconds=1)
    kept = KeptDays(counter.count, counter.clock)
    counter.is_broken = True

    with pytest.raises(QueryFailed):
        recall(kept, make_period())
    counter.is_broken = False

    assert recall(kept, make_period()) == 1


def test_many_who_ask_wait_for_one() -> None:
    counter = Counter(seconds=1)
    kept = KeptDays(counter.count, counter.clock)
    threads = [Thread(target=recall, args=(kept, make_period())) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert counter.counts == 1


def test_shifted_days_keep_the_wall_clock() -> None:
    # The clocks in Warsaw went forward on 29 March 2026.
    start = datetime(2026, 3, 30, 8, tzinfo=UTC)
    end = start + timedelta(hours=1)
    period = Period(account=AccountId(1), from_at=start, to_at=end, zone="Europe/Warsaw")

    shifted = shift_days(period, 1)

    assert shifted.from_at == datetime(2026, 3, 29, 8, tzinfo=UTC)
    assert shift_days(period, 7).from_at == datetime(2026, 3, 23, 9, tzinfo=UTC)
