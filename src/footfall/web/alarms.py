"""Numbers of health in; what a person must look at soon, and what to do about it, out."""

from __future__ import annotations

import shutil
from pathlib import Path

from footfall.model import Record

# At 200 bytes a hit in the log and 100 as an event, this holds some three million more.
LEAST_FREE_BYTES = 1 << 30
# A hit is on the card within seconds: after a minute something stands still.
LATE_SECONDS = 60
NAMES = ("queue_age", "disk_nearly_full")


class Alarm(Record, frozen=True):
    """``name`` is one of NAMES, for monitors; the rest is for people, and open to everybody."""

    name: str
    what: str
    remedy: str


def find_alarms(data: Path, oldest_pending_seconds: float) -> list[Alarm]:
    found = [_check_queue(oldest_pending_seconds), _check_disk(data)]
    return [alarm for alarm in found if alarm is not None]


def _check_queue(age: float) -> Alarm | None:
    if age <= LATE_SECONDS:
        return None
    return Alarm(
        name="queue_age",
        what=f"accepted hits have waited for {age:.0f} s",
        remedy="is 'footfall worker' running? Its log says what it cannot get past",
    )


def _check_disk(data: Path) -> Alarm | None:
    free = shutil.disk_usage(data).free
    if free >= LEAST_FREE_BYTES:
        return None
    return Alarm(
        name="disk_nearly_full",
        what=f"only {free / (1 << 30):.1f} GiB are free for the data folder",
        remedy="make room, or move the data folder (--data)",
    )
