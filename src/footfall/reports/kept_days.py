"""Slow counts are made behind, kept for a while and renewed while people look at them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from queue import SimpleQueue
from threading import Lock, Thread
from time import monotonic

from footfall.events import EventStore, Period
from footfall.model import Record
from footfall.reports.many_days import ManyDays, count_days

log = logging.getLogger(__name__)

# Counts that take no longer than this are made anew for every look.
QUICK_SECONDS = 0.1
# A slow count is kept for so many times as long as it took: a dashboard that is left open
# takes a twentieth of a core, however many events there are.
PATIENCE = 20
# Nobody is shown anything older as if it were new. Where counting itself takes seconds, it is
# twice the time after which a count is renewed.
OLDEST_SECONDS = 60.0
# After so long a look gets what there is, and is told that counting goes on.
WAIT_SECONDS = 1.0
MOST_KEPT = 100
# The engine itself uses two cores; a long count must not hold up another account's short one.
COUNTERS = 2

Key = tuple[EventStore, int, str, str, datetime]


class Recalled(Record, frozen=True):
    """``numbers`` None: never counted so far. ``is_counting``: newer ones are on their way."""

    numbers: ManyDays | None
    is_counting: bool = False


@dataclass
class _Kept:
    numbers: ManyDays
    counted_at: float
    seconds: float  # that the count took


@dataclass
class _Order:
    key: Key
    period: Period
    done: Future[ManyDays]


class KeptDays:
    """Counts, or recalls what was counted a moment ago; safe to ask from many threads."""

    def __init__(
        self,
        count: Callable[[EventStore, Period], ManyDays] = count_days,
        clock: Callable[[], float] = monotonic,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        self._count = count
        self._clock = clock
        self._wait_seconds = wait_seconds
        self._kept: dict[Key, _Kept] = {}
        self._orders: dict[Key, _Order] = {}
        self._ordering = Lock()
        self._queue: SimpleQueue[_Order] = SimpleQueue()
        self._counters: list[Thread] = []

    def recall(self, events: EventStore, period: Period) -> Recalled:
        """Return within about a second, whatever counting takes."""
        key = _key(events, period)
        kept = self._kept.get(key)
        if kept is not None and not self._is_outdated(kept):
            if self._clock() - kept.counted_at > PATIENCE * kept.seconds:
                self.order(events, period)
            return Recalled(numbers=kept.numbers)
        done = self._order(key, period, kept)
        try:
            return Recalled(numbers=done.result(self._wait_seconds))
        except TimeoutError:
            return Recalled(numbers=kept.numbers if kept else None, is_counting=True)

    def order(self, events: EventStore, period: Period) -> Future[ManyDays]:
        """Have it counted behind."""
        key = _key(events, period)
        return self._order(key, period, self._kept.get(key))

    def _order(self, key: Key, period: Period, seen: _Kept | None) -> Future[ManyDays]:
        """Ten people who ask at once get one count, not ten."""
        with self._ordering:
            kept = self._kept.get(key)
            if kept is not None and kept is not seen:
                done: Future[ManyDays] = Future()
                done.set_result(kept.numbers)
                return done
            if key not in self._orders:
                self._orders[key] = _Order(key, period, Future())
                self._queue.put(self._orders[key])
                self._start_counters()
            return self._orders[key].done

    def _start_counters(self) -> None:
        # Only now: a process that is split into several takes no threads along.
        while len(self._counters) < COUNTERS:
            counter = Thread(target=self._work, name="numbers", daemon=True)
            counter.start()
            self._counters.append(counter)

    def _work(self) -> None:
        while True:
            order = self._queue.get()
            try:
                numbers = self._renew(order)
            except Exception as error:  # noqa: BLE001 (who waits gets it raised)
                log.warning("the numbers of %s could not be counted: %s", order.period, error)
                self._finish(order)
                order.done.set_exception(error)
            else:
                self._finish(order)
                order.done.set_result(numbers)

    def _renew(self, order: _Order) -> ManyDays:
        started = self._clock()
        numbers = self._count(order.key[0], order.period)
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[order.key] = _Kept(numbers, started, self._clock() - started)
        return numbers

    def _finish(self, order: _Order) -> None:
        with self._ordering:
            del self._orders[order.key]

    def _is_outdated(self, kept: _Kept) -> bool:
        age = self._clock() - kept.counted_at
        oldest = max(OLDEST_SECONDS, 2 * PATIENCE * kept.seconds)
        return kept.seconds <= QUICK_SECONDS or age > oldest


def _key(events: EventStore, period: Period) -> Key:
    """The end is left out: a later look at the days until now is another look at the same."""
    return events, period.account, period.site, period.zone, period.from_at
