"""The event store as the card sees it, over a plain list of events."""

from __future__ import annotations

from collections.abc import Sequence

from footfall.events import Cursor, Summary, event_key
from footfall.model import AccountId, Event, EventKind, Span


class PlainTimelines:
    def __init__(self, events: Sequence[Event]) -> None:
        self.events = events

    def timeline(
        self,
        account: AccountId,
        spans: Sequence[Span],
        limit: int = 200,
        before: Cursor | None = None,
    ) -> list[Event]:
        found = [e for e in self._within(account, spans) if before is None or _is_before(e, before)]
        return sorted(found, key=_position, reverse=True)[:limit]

    def summary(self, account: AccountId, spans: Sequence[Span]) -> Summary:
        found = self._within(account, spans)
        return Summary(pages=sum(event.kind is EventKind.PAGE for event in found))

    def _within(self, account: AccountId, spans: Sequence[Span]) -> list[Event]:
        return [
            event
            for event in self.events
            if event.account == account and any(_covers(span, event) for span in spans)
        ]


def _covers(span: Span, event: Event) -> bool:
    return (
        span.visitor == event.visitor
        and (span.from_at is None or span.from_at <= event.occurred_at)
        and (span.until_at is None or event.occurred_at < span.until_at)
    )


def _position(event: Event) -> tuple[object, int]:
    return event.occurred_at, event_key(event.event_id)


def _is_before(event: Event, cursor: Cursor) -> bool:
    return (event.occurred_at, event_key(event.event_id)) < (cursor.at, cursor.event_key)
