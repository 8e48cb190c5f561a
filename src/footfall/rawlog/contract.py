"""What every raw log promises, whatever engine keeps it; and a hit that was buried in one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from footfall.model import BuryReason, RawHit, Record


class Buried(Record, frozen=True):
    """A hit that nobody could read, kept whole."""

    offset: int
    reason: BuryReason
    buried_at_ms: int
    replayed_at_ms: int | None
    hit: RawHit


class RawLog(Protocol):
    """Offsets rise in the order of the log and are never used twice; some may be left out."""

    @property
    def epoch(self) -> str:
        """The log's name for ever: another log, even an emptied one, has another."""

    def append(self, hits: Sequence[RawHit]) -> object:
        """Return once the hits are durable."""

    def read(
        self, start: int, limit: int, until: int | None = None
    ) -> list[tuple[int, RawHit]]: ...

    def read_newest(self, limit: int) -> list[tuple[int, RawHit]]:
        """The last hits, the oldest of them first."""

    def end(self) -> int:
        """An offset after the last hit, and before any that is still to come."""

    def count(self) -> int:
        """How many hits were ever accepted, those trimmed since among them."""

    def received_at_ms(self, start: int) -> int | None:
        """When the first hit from this offset on came in; None at the end."""

    def bury(self, offset: int, reason: BuryReason, hit: RawHit) -> None: ...

    def list_buried(self, limit: int = 100, before: int | None = None) -> list[Buried]: ...

    def replay(self, offset: int) -> object:
        """Append a buried hit once more. Raise NotFound when nothing is buried there."""

    def trim(self, before: int) -> int: ...

    def close(self) -> None: ...
