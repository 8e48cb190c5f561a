"""When numbers are counted anew and when they are recalled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Event as Flag
from threading import Thread

import pytest

from footfall.events import EventStore, Period, QueryFailed, ServerClient
from footfall.model import AccountId
from footfall.reports import KeptDays, ManyDays, Recalled
from footfall.reports.kept_days import OLDEST_SECONDS, PATIENCE

START = datetime(2026, 3, 1, tzinfo=UTC)
PATIENT = 60.0
NO_STORE = EventStore(ServerClient.__new__(ServerClient))


class Counter:
    """Counts that take as long as told, on a clock of its own; the number says which it is."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.time, self.counts = seconds, 0.0, 0
        self.done, self.is_broken = Flag(), False
        self.may_end = Flag()
        self.may_end.set()

    def clock(self) -> float:
        return self.time

    def count(self, _events: EventStore, _period: Period) -> ManyDays:
        if self.is_broken:
            raise QueryFailed("no")
        assert self.may_end.wait(60)
        self.time += self.seconds
        self.counts += 1
        self.done.set()
        parts = {"previous_visitors": 0, "days": [], "previous_days": [], "ranks": {}}
        return ManyDays(counted_at=START, visitors=self.counts, **parts)


def make_period(site: str = "", minutes: int = 0) -> Period:
    to_at = START + timedelta(days=3, minutes=minutes)
    return Period(account=AccountId(1), from_at=START, to_at=to_at, site=site)


def recall(kept: KeptDays, period: Period) -> int:
    recalled = kept.recall(NO_STORE, period)
    assert recalled.numbers is not None
    return recalled.numbers.visitors


def test_quick_counts_are_always_new() -> None:
    counter = Counter(seconds=0.01)
    kept = KeptDays(counter.count, counter.clock, PATIENT)

    looks = [recall(kept, make_period()) for _ in range(3)]

    assert looks == [1, 2, 3]


def test_slow_counts_are_recalled_at_once() -> None:
    counter = Counter(seconds=1)
    kept = KeptDays(counter.count, counter.clock, PATIENT)

    looks = [recall(kept, make_period(minutes=minute)) for minute in range(3)]

    assert looks == [1, 1, 1]


def test_other_sites_are_counted_apart() -> None:
    counter = Counter(seconds=1)
    kept = KeptDays(counter.count, counter.clock, PATIENT)

    looks = [recall(kept, make_period(site)) for site in ("", "a.example", "", "a.example")]

    assert looks == [1, 2, 1, 2]


def test_old_counts_are_renewed_behind() -> None:
    counter = Counter(seconds=1)
    kept = KeptDays(counter.count, counter.clock, PATIENT)
    recall(kept, make_period())
    counter.done.clear()

    counter.time += PATIENCE + 1
    stale = recall(kept, make_period())

    assert counter.done.wait(10)
    assert (stale, counter.counts) == (1, 2)


def test_too_old_counts_are_not_shown() -> None:
    counter = Counter(seconds=1)
    kept = KeptDays(counter.count, counter.clock, PATIENT)
    recall(kept, make_period())

    counter.time += OLDEST_SECONDS + 1

    assert recall(kept, make_period()) == 2


def test_very_slow_counts_are_renewed_behind() -> None:
    counter = Counter(seconds=10)
    kept = KeptDays(counter.count, counter.clock, PATIENT)
    recall(kept, make_period())
    counter.done.clear()

    counter.time += PATIENCE * 10 + 1
    stale = recall(kept, make_period())

    assert counter.done.wait(10)
    assert stale == 1


def test_failed_count_is_tried_again() -> None:
    counter = Counter(seconds=1)
    kept = KeptDays(counter.count, counter.clock, PATIENT)
    counter.is_broken = True

    with pytest.raises(QueryFailed):
        recall(kept, make_period())
    counter.is_broken = False

    assert recall(kept, make_period()) == 1


def test_many_who_ask_wait_for_one() -> None:
    counter = Counter(seconds=1)
    kept = KeptDays(counter.count, counter.clock, PATIENT)
    threads = [Thread(target=recall, args=(kept, make_period())) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert counter.counts == 1


def test_long_first_count_is_not_waited_for() -> None:
    counter = Counter(seconds=1)
    counter.may_end.clear()
    kept = KeptDays(counter.count, counter.clock, wait_seconds=0.01)

    first = kept.recall(NO_STORE, make_period())
    counter.may_end.set()
    kept.order(NO_STORE, make_period()).result(60)

    assert first == Recalled(numbers=None, is_counting=True)
    assert recall(kept, make_period()) == 1


def test_old_numbers_stay_while_counting() -> None:
    counter = Counter(seconds=1)
    kept = KeptDays(counter.count, counter.clock, wait_seconds=0.01)
    kept.order(NO_STORE, make_period()).result(60)
    counter.time += OLDEST_SECONDS + 1
    counter.may_end.clear()

    shown = kept.recall(NO_STORE, make_period())
    counter.may_end.set()

    assert shown.is_counting and shown.numbers is not None


def test_long_count_holds_up_no_short_one() -> None:
    long, short = make_period("long.example"), make_period("short.example")
    may_end = Flag()

    def count(_events: EventStore, period: Period) -> ManyDays:
        assert period is short or may_end.wait(60)
        return Counter(seconds=1).count(_events, period)

    kept = KeptDays(count, wait_seconds=PATIENT)
    kept.order(NO_STORE, long)

    assert recall(kept, short) == 1
    may_end.set()
