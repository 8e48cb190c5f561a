"""What one contact did in all, told from the events themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from footfall.kit import from_ms, to_ms
from footfall.model import Event, EventKind, Record


class Summary(Record, frozen=True):
    """What one contact did in all."""

    pages: int = 0
    visits: int = 0
    engaged_ms: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    purchases: int = 0
    purchase_value: float = 0.0


def summarize(events: Sequence[Event]) -> Summary:
    """As ``EventStore.summary`` does, for who has all events at hand."""
    if not events:
        return Summary()
    times = [to_ms(event.occurred_at) for event in events]
    bought = [event for event in events if event.kind is EventKind.PURCHASE]
    return Summary(
        pages=sum(event.kind is EventKind.PAGE for event in events),
        visits=len({(event.visitor, event.visit) for event in events if event.visit}),
        engaged_ms=sum(event.engaged_ms for event in events),
        first_at=from_ms(min(times)),
        last_at=from_ms(max(times)),
        purchases=sum(event.corrects is None for event in bought),
        purchase_value=sum(event.added_value for event in bought),
    )
