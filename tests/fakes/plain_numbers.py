"""The numbers of a report counted the slow and obvious way, from a list of events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from footfall.events import Bucket, Period, Rank, Totals
from footfall.model import Channel, Event, EventKind, OrganisationKind, VisitorId

PURCHASE = EventKind.PURCHASE


def select(events: Iterable[Event], period: Period) -> list[Event]:
    """People only; machines are in no number."""
    return [
        event
        for event in events
        if event.account == period.account
        and period.from_at <= event.occurred_at < period.to_at
        and period.site in ("", event.site)
        and not event.bot
    ]


def count_totals(events: Iterable[Event], period: Period) -> Totals:
    chosen = select(events, period)
    return Totals(
        visitors=len(arrived_visitors(chosen, period)),
        visits=_entries(chosen),
        pages=_pages(chosen),
        purchases=_purchases(chosen),
        purchase_value=_value(chosen),
        engaged_ms=sum(event.engaged_ms for event in chosen),
    )


def count_bounces(events: Iterable[Event], period: Period) -> int:
    visits = defaultdict(list)
    for event in select(events, period):
        if event.visit:
            visits[event.visitor, event.visit].append(event)
    return sum(_entries(visit) > 0 and _pages(visit) == 1 for visit in visits.values())


def arrived_visitors(chosen: Iterable[Event], period: Period) -> set[VisitorId]:
    """Those of whom a visit began; asked about one site, those who were seen on it."""
    return {event.visitor for event in chosen if event.visit and (period.site or event.is_entry)}


def count_series(events: Iterable[Event], period: Period, by: str = "day") -> list[Bucket]:
    zone, form = ZoneInfo(period.zone), "%Y-%m-%d" if by == "day" else "%Y-%m-%d %H:00:00"
    buckets = defaultdict(list)
    for event in select(events, period):
        buckets[event.occurred_at.astimezone(zone).strftime(form)].append(event)
    return [
        Bucket(
            start=start,
            visitors=len(arrived_visitors(chosen, period)),
            visits=_entries(chosen),
            pages=_pages(chosen),
            purchases=_purchases(chosen),
            purchase_value=_value(chosen),
        )
        for start, chosen in sorted(buckets.items())
        # Time spent on a page begun before is in none of these numbers.
        if _pages(chosen) or _purchases(chosen) or arrived_visitors(chosen, period)
    ]


def count_top(
    events: Iterable[Event], period: Period, dimension: str, limit: int = 10
) -> list[Rank]:
    named = defaultdict(list)
    for event in select(events, period):
        named[NAMES[dimension](event)].append(event)
    ranks = [
        Rank(
            name=name,
            visitors=len(find_behind(events, period, dimension, name)),
            visits=_entries(c),
            pages=_pages(c),
        )
        for name, c in named.items()
        if name is not None
    ]
    seen = [rank for rank in ranks if rank.visitors]
    return sorted(seen, key=lambda rank: (-rank.visitors, rank.name))[:limit]


def find_behind(
    events: Iterable[Event], period: Period, dimension: str, value: str
) -> list[VisitorId]:
    """The most recently seen first."""
    named = [e for e in select(events, period) if NAMES[dimension](e) == value]
    if dimension == "page":  # of a page: who saw it, in whichever visit
        counted = {event.visitor for event in named if event.visit}
    else:
        counted = arrived_visitors(named, period)
    counting = [e for e in named if dimension == "page" or period.site or e.is_entry]
    newest: dict[VisitorId, datetime] = {}
    for event in counting:
        newest[event.visitor] = max(newest.get(event.visitor, event.occurred_at), event.occurred_at)
    return sorted(counted, key=lambda visitor: newest[visitor], reverse=True)


def _is_from_outside(event: Event) -> bool:
    return event.is_entry and event.touchpoint.channel is not Channel.INTERNAL


def _company(event: Event) -> str | None:
    is_company = event.organisation.kind is OrganisationKind.COMPANY
    return event.organisation.name if is_company else None


def _page(event: Event) -> str | None:
    return event.path if event.kind is EventKind.PAGE else None


# None: the event is not in this list. Sources are those of visits, so only entries count.
NAMES: dict[str, Callable[[Event], str | None]] = {
    "source": lambda event: event.touchpoint.source if _is_from_outside(event) else None,
    "channel": lambda event: event.touchpoint.channel.value if _is_from_outside(event) else None,
    "page": _page,
    "entry": lambda event: _page(event) if event.is_entry else None,
    "country": lambda event: event.place.country or None,
    "city": lambda event: event.place.city or None,
    "company": _company,
    "campaign": lambda event: event.touchpoint.campaign or None,
    "term": lambda event: event.touchpoint.term or None,
    "device": lambda event: event.device.kind or None,
    "browser": lambda event: event.device.browser or None,
    "system": lambda event: event.device.system or None,
    "site": lambda event: event.site or None,
}


def _entries(events: list[Event]) -> int:
    return sum(event.is_entry for event in events)


def _pages(events: list[Event]) -> int:
    return sum(event.kind is EventKind.PAGE for event in events)


def _purchases(events: list[Event]) -> int:
    return sum(event.kind is PURCHASE for event in events)


def _value(events: list[Event]) -> float:
    return sum(event.value or 0.0 for event in events if event.kind is PURCHASE)
