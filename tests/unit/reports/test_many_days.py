"""The days before are the same hours on the wall."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from footfall.events import Period
from footfall.model import AccountId
from footfall.reports import shift_days


def test_shifted_days_keep_the_wall_clock() -> None:
    # The clocks in Warsaw went forward on 29 March 2026.
    start = datetime(2026, 3, 30, 8, tzinfo=UTC)
    end = start + timedelta(hours=1)
    period = Period(account=AccountId(1), from_at=start, to_at=end, zone="Europe/Warsaw")

    shifted = shift_days(period, 1)

    assert shifted.from_at == datetime(2026, 3, 29, 8, tzinfo=UTC)
    assert shift_days(period, 7).from_at == datetime(2026, 3, 23, 9, tzinfo=UTC)
