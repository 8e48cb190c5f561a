"""The raw log in memory, for tests that need no disk; it keeps the contract of the real ones."""

from __future__ import annotations

from collections.abc import Sequence

from footfall.kit import NotFound, make_uuid, now, to_ms
from footfall.model import BuryReason, RawHit
from footfall.rawlog import Buried


class MemoryLog:
    """Each appended group is one entry, as in the real logs: trimming forgets whole groups."""

    def __init__(self) -> None:
        self.epoch = make_uuid()
        self._groups: list[tuple[int, list[RawHit]]] = []
        self._end = 0
        self._buried: dict[int, Buried] = {}

    def append(self, hits: Sequence[RawHit]) -> range:
        appended = range(self._end, self._end + len(hits))
        self._groups.append((self._end, list(hits)))
        self._end = appended.stop
        return appended

    def read(self, start: int, limit: int, until: int | None = None) -> list[tuple[int, RawHit]]:
        stop = self._end if until is None else until
        numbered = [pair for first, hits in self._groups for pair in enumerate(hits, first)]
        return [pair for pair in numbered if start <= pair[0] < stop][:limit]

    def read_newest(self, limit: int) -> list[tuple[int, RawHit]]:
        return self.read(0, self._end)[-limit:]

    def end(self) -> int:
        return self._end

    def count(self) -> int:
        return self._end

    def received_at_ms(self, start: int) -> int | None:
        found = self.read(start, 1)
        return found[0][1].received_at_ms if found else None

    def bury(self, offset: int, reason: BuryReason, hit: RawHit) -> None:
        self._buried.setdefault(
            offset,
            Buried(
                offset=offset,
                reason=reason,
                buried_at_ms=to_ms(now()),
                replayed_at_ms=None,
                hit=hit,
            ),
        )

    def list_buried(self, limit: int = 100, before: int | None = None) -> list[Buried]:
        newest = sorted(self._buried.values(), key=lambda buried: -buried.offset)
        return [b for b in newest if before is None or b.offset < before][:limit]

    def replay(self, offset: int) -> range:
        if offset not in self._buried:
            raise NotFound(f"nothing is buried at offset {offset}")
        before = self._buried[offset]
        self._buried[offset] = Buried(
            offset=offset,
            reason=before.reason,
            buried_at_ms=before.buried_at_ms,
            replayed_at_ms=to_ms(now()),
            hit=before.hit,
        )
        return self.append([before.hit])

    def trim(self, before: int) -> int:
        kept = [(first, hits) for first, hits in self._groups if first + len(hits) > before]
        trimmed = len(self._groups) - len(kept)
        self._groups = kept
        return trimmed

    def close(self) -> None:
        """Nothing is held open."""
