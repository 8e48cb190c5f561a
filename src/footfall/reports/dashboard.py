"""The dashboard: today beside yesterday and last week, and many days beside those before."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

import msgspec

from footfall.events import Bucket, EventStore, Period, Rank, Totals
from footfall.model import Record
from footfall.reports.many_days import KeptDays, shift_days

_days = KeptDays()


class Dashboard(Record, frozen=True):
    """Today is counted at every look; the rest may be as old as ``counted_at``."""

    counted_at: datetime
    today: Totals
    yesterday: Totals  # until the same time of day
    week_ago: Totals  # the same hours of the same weekday last week
    totals: Totals
    previous: Totals  # as many days before, until the same time of day
    days: list[Bucket]
    previous_days: list[Bucket]
    ranks: dict[str, list[Rank]]


def make_dashboard(
    events: EventStore, period: Period, now: datetime, days: KeptDays = _days
) -> Dashboard:
    today = msgspec.structs.replace(period, from_at=_midnight(now, period.zone), to_at=now)
    return Dashboard(
        today=events.totals(today),
        yesterday=events.totals(shift_days(today, 1)),
        week_ago=events.totals(shift_days(today, 7)),
        **msgspec.structs.asdict(days.recall(events, period)),
    )


def _midnight(moment: datetime, zone: str) -> datetime:
    local = moment.astimezone(ZoneInfo(zone))
    return datetime.combine(local.date(), time(), local.tzinfo)
