"""One measured figure, its limit, and whether it keeps it."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

import msgspec


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """``value`` None: it could not be measured here, and ``note`` says why.

    The limit is the most it may be, with ``is_floor`` the least.
    """

    name: str
    what: str
    unit: str
    limit: float
    value: float | None = None
    is_floor: bool = False
    note: str = ""

    @property
    def is_fine(self) -> bool | None:
        if self.value is None:
            return None
        return self.value >= self.limit if self.is_floor else self.value <= self.limit


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that so many percent do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def median(values: Sequence[float]) -> float:
    return statistics.median(values)
