"""The dashboard: today beside yesterday and last week, and many days beside those before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

import msgspec

from footfall.events import EventStore, Period, Totals
from footfall.model import Record
from footfall.reports.kept_days import KeptDays
from footfall.reports.many_days import ManyDays, shift_days

_days = KeptDays()


class Dashboard(Record, frozen=True):
    """Today is counted at every look; the many days may be as old as their ``counted_at``."""

    today: Totals
    yesterday: Totals  # until the same time of day
    week_ago: Totals  # the same hours of the same weekday last week
    many_days: ManyDays | None  # None: never counted so far
    is_counting: bool  # newer ones are on their way: look again in a second


def make_dashboard(
    events: EventStore, period: Period, now: datetime, days: KeptDays = _days
) -> Dashboard:
    today = msgspec.structs.replace(period, from_at=_midnight(now, period.zone), to_at=now)
    recalled = days.recall(events, period)
    return Dashboard(
        today=events.totals(today),
        yesterday=events.totals(shift_days(today, 1)),
        week_ago=events.totals(shift_days(today, 7)),
        many_days=recalled.numbers,
        is_counting=recalled.is_counting,
    )


def count_ahead(events: EventStore, periods: Sequence[Period], days: KeptDays = _days) -> None:
    """Have the dashboards of these periods counted behind, before somebody opens them."""
    for period in periods:
        days.order(events, period)


def _midnight(moment: datetime, zone: str) -> datetime:
    local = moment.astimezone(ZoneInfo(zone))
    return datetime.combine(local.date(), time(), local.tzinfo)
