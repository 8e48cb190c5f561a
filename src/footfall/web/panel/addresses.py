"""Numbers in addresses and forms, where anybody may write anything."""

from __future__ import annotations

from datetime import datetime

from footfall.events import Cursor
from footfall.kit import Refused, from_ms

# The last instant that a datetime can name: the end of the year 9999.
LAST_MS = 253_402_300_799_000
MOST_ROWS = 2**63 - 1


def read_number(text: str, most: int) -> int | None:
    """The number up to ``most`` that plain digits write; None for all else, "²" among it."""
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(most)):
        return None
    return int(text) if int(text) <= most else None


def read_place(text: str) -> tuple[datetime | None, str]:
    """The time and the name of ``time.name``, where a list goes on; no time for anything else."""
    at, _, name = text.partition(".")
    milliseconds = read_number(at, LAST_MS)
    return (None, "") if milliseconds is None else (from_ms(milliseconds), name)


def read_cursor(text: str) -> Cursor:
    """Raise Refused."""
    at, name = read_place(text)
    key = read_number(name, 2**64 - 1)
    if at is None or key is None:
        raise Refused(f"{text[:80]!r} is not a place in the timeline")
    return Cursor(at=at, event_key=key)
