"""Events in, timelines and numbers out: one SQL for both engines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from footfall.events.block import pack_block
from footfall.events.columns import event_key, make_columns, visitor_key
from footfall.events.engine import Engine, Row, split_statements
from footfall.events.summary import Summary
from footfall.kit import from_ms, to_ms
from footfall.model import AccountId, Event, Record, Span, VisitorId

FOREVER_MS = 1 << 62
MOST_EVENT = (1 << 64) - 1
# More stretches than this in one question: the oldest are left out, and the card says so.
MOST_SPANS = 500

# What people may rank by, and the column it is in.
DIMENSIONS = {
    "source": "source",
    "channel": "channel",
    "page": "page",
    "entry": "page",
    "country": "country",
    "city": "city",
    "company": "company",
    "campaign": "campaign",
    "term": "term",
    "device": "device",
    "browser": "browser",
    "system": "system",
    "site": "site",
}

_decode_event = msgspec.json.Decoder(Event).decode


class Cursor(Record, frozen=True):
    """The last event of a page; the next page begins after it."""

    at: datetime
    event_key: int


class Totals(Record, frozen=True):
    """Numbers of one period, machines left out.

    ``visitors``: those of whom a visit began in the period, here and in every other number; of
    one site: those seen on it.
    """

    visitors: int = 0
    visits: int = 0
    pages: int = 0
    purchases: int = 0
    purchase_value: float = 0.0
    engaged_ms: int = 0


class Bucket(Record, frozen=True):
    """One day ("2026-11-23") or hour ("2026-11-23 14:00:00") in the asker's time zone."""

    start: str
    visitors: int
    visits: int
    pages: int
    purchases: int
    purchase_value: float


class Rank(Record, frozen=True):
    name: str
    visitors: int
    visits: int
    pages: int


class Period(Record, frozen=True):
    """What a report is asked about; ``site`` "" means all."""

    account: AccountId
    from_at: datetime
    to_at: datetime
    site: str = ""
    zone: str = "UTC"


class EventStore:
    """The room's one door to the engine."""

    def __init__(self, engine: Engine, table_engine: str = "MergeTree()") -> None:
        self._engine = engine
        self._table_engine = table_engine

    def prepare(self) -> None:
        """Create what is missing; safe to repeat."""
        text = files("footfall.events").joinpath("schema.sql").read_text("utf-8")
        for statement in split_statements(text):
            self._engine.query(statement.replace("{engine}", self._table_engine))

    def append(self, events: Sequence[Event], token: str) -> None:
        """Insert once: the same token again changes nothing, half done or done.

        An insert is atomic only within one table and partition (a year), so each gets a
        token of its own; a replay completes what a crash left out.
        """
        for year in sorted({event.occurred_at.year for event in events}):
            mine = [event for event in events if event.occurred_at.year == year]
            for table, columns in make_columns(mine).items():
                names = [column.name for column in columns]
                self._engine.insert(table, names, pack_block(columns), f"{token}-{year}")

    def timeline(
        self,
        account: AccountId,
        spans: Sequence[Span],
        limit: int = 200,
        before: Cursor | None = None,
    ) -> list[Event]:
        """Newest first, over every stretch of every visitor given."""
        if not spans:
            return []
        sql = _queries()["timeline"].replace("{spans}", _condition(account, spans))
        rows = self._engine.query(
            sql,
            {
                "account": account,
                "at": to_ms(before.at) if before else FOREVER_MS,
                "event": before.event_key if before else MOST_EVENT,
                "limit": limit,
            },
        )
        return [_decode_event(body) for _event, _at, body in rows]

    def find_event(self, account: AccountId, event_id: str, since: datetime) -> Event | None:
        """The event with this public id, if it happened after ``since``."""
        parameters = {"account": account, "event": event_key(event_id), "since": to_ms(since)}
        for (body,) in self._engine.query(_queries()["find_event"], parameters):
            event = _decode_event(body)
            if event.event_id == event_id:
                return event
        return None

    def summary(self, account: AccountId, spans: Sequence[Span]) -> Summary:
        if not spans:
            return Summary()
        sql = _queries()["summary"].replace("{spans}", _condition(account, spans))
        row = self._engine.query(sql, {"account": account})[0]
        pages, visits, engaged, first, last, purchases, value = row
        return Summary(
            pages=pages,
            visits=visits,
            engaged_ms=engaged,
            first_at=from_ms(first) if first else None,
            last_at=from_ms(last) if last else None,
            purchases=purchases,
            purchase_value=value,
        )

    def totals(self, period: Period) -> Totals:
        row = self._ask("totals", period)[0]
        visitors, visits, pages, purchases, value, engaged = row
        return Totals(
            visitors=visitors,
            visits=visits,
            pages=pages,
            purchases=purchases,
            purchase_value=value,
            engaged_ms=engaged,
        )

    def count_visitors(self, period: Period) -> int:
        """As in ``totals``, without the rest."""
        return int(self._ask("visitors", period)[0][0])

    def count_bounces(self, period: Period) -> int:
        """Visits that ended after one page: much dearer than all other numbers together."""
        return int(self._ask("bounces", period)[0][0])

    def series(self, period: Period, by: str = "day") -> list[Bucket]:
        """Only buckets with a number in them; ``by`` is day or hour."""
        function = "toStartOfHour" if by == "hour" else "toDate"
        rows = self._ask("series", period, bucket=function)
        return [
            Bucket(
                start=r[0],
                visitors=r[1],
                visits=r[2],
                pages=r[3],
                purchases=r[4],
                purchase_value=r[5],
            )
            for r in rows
        ]

    def top(self, period: Period, dimension: str, limit: int = 10) -> list[Rank]:
        """The most visited of a dimension (see DIMENSIONS); KeyError for another."""
        column, chosen = DIMENSIONS[dimension], _CONDITIONS.get(dimension)
        if chosen:
            rows = self._ask("top_chosen", period, {"limit": limit}, dimension=column, **chosen)
        else:
            about = {"dimension": column, "condition": "name != ''"}
            rows = self._ask("top", period, {"limit": limit}, **about)
        return [Rank(name=r[0], visitors=r[1], visits=r[2], pages=r[3]) for r in rows]

    def visitors_behind(
        self, period: Period, dimension: str, value: str, limit: int = 100
    ) -> list[VisitorId]:
        """The visitors that ``top`` counted for one value, most recently seen first."""
        about = {"dimension": DIMENSIONS[dimension], "condition": "1 = 1"}
        about |= _CONDITIONS.get(dimension, {})
        rows = self._ask("behind", period, {"value": value, "limit": limit}, **about)
        keys = [row[0] for row in rows]
        if not keys:
            return []
        sql = _queries()["one_each"].replace("{visitors}", ", ".join(map(str, keys)))
        rows = self._engine.query(sql, {"account": period.account})
        named = {int(key): _decode_event(body).visitor for key, body in rows}
        return [named[key] for key in keys if key in named]

    def size(self) -> dict[str, tuple[int, int]]:
        """Rows and bytes on disk by table."""
        return {table: (rows, size) for table, rows, size in self._engine.query(_queries()["size"])}

    def _ask(
        self, name: str, period: Period, more: dict[str, Any] | None = None, **parts: str
    ) -> list[Row]:
        """Run a query about a period; ``parts`` are pieces of SQL for its places in braces."""
        sql = _queries()[name].replace("{people}", _queries()["people"])
        arrivals = _ANY_VISIT if period.site else "is_entry = 1"
        for place, piece in ({"arrivals": arrivals} | parts).items():
            sql = sql.replace(f"{{{place}}}", piece)
        return self._engine.query(sql, _parameters(period) | (more or {}))


_ANY_VISIT = "visit != 0"

# Dimensions of which not every row counts.
_CONDITIONS = {
    # Who saw the page, in whichever visit.
    "page": {"condition": "kind = 'page'", "arrivals": _ANY_VISIT},
    "entry": {"condition": "kind = 'page' AND is_entry = 1"},
    # A visit without a source came directly: the list says so instead of hiding it.
    # A visit that begins on a page of our own (after a long pause) came from nowhere new.
    "source": {"condition": "is_entry = 1 AND channel != 'internal'"},
    "channel": {"condition": "is_entry = 1 AND channel != 'internal'"},
}


def _condition(account: AccountId, spans: Sequence[Span]) -> str:
    """Numbers only, so nothing of a visitor's can end up in the statement as text."""
    newest = sorted(spans, key=lambda s: s.until_at or from_ms(FOREVER_YEAR_MS), reverse=True)
    return " OR ".join(_stretch(account, span) for span in newest[:MOST_SPANS])


FOREVER_YEAR_MS = 253_402_300_799_000  # 9999-12-31: the last instant a datetime can name


def _stretch(account: AccountId, span: Span) -> str:
    parts = [f"visitor = {visitor_key(account, span.visitor)}"]
    if span.from_at is not None:
        parts.append(f"at >= {to_ms(span.from_at)}")
    if span.until_at is not None:
        parts.append(f"at < {to_ms(span.until_at)}")
    return f"({' AND '.join(parts)})"


def _parameters(period: Period) -> dict[str, Any]:
    return {
        "account": period.account,
        "from": to_ms(period.from_at),
        "to": to_ms(period.to_at),
        "site": period.site,
        "zone": period.zone,
    }


@cache
def _queries() -> dict[str, str]:
    text = files("footfall.events").joinpath("queries.sql").read_text("utf-8")
    parts = re.split(r"^-- name: (\w+)\n", text, flags=re.MULTILINE)[1:]
    return {
        name: "\n".join(line for line in body.splitlines() if not line.startswith("--")).strip()
        for name, body in zip(parts[::2], parts[1::2], strict=True)
    }
