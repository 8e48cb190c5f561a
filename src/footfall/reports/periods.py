"""The periods that people ask about, in whole days of the account's own time zone."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from footfall.events import Period
from footfall.model import AccountId


def last_days(account: AccountId, zone: str, days: int, now: datetime, site: str = "") -> Period:
    """The last ``days`` local days, today among them, until ``now``."""
    first = now.astimezone(ZoneInfo(zone)).date() - timedelta(days=days - 1)
    start = datetime.combine(first, time(), ZoneInfo(zone))
    return Period(account=account, from_at=start, to_at=now, site=site, zone=zone)
