"""What is sent to a ClickHouse server, as far as that can be told without one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from clickhouse_connect.driver.binding import bind_query
from tests.support.events import ACCOUNT, NOON, make_event

from footfall.events import EventStore, Period, ServerClient
from footfall.events.engine import quote, split_statements
from footfall.model import ContactId, Span, VisitorId

PERIOD = Period(
    account=ACCOUNT, from_at=NOON, to_at=NOON + timedelta(days=1), site="it's", zone="Asia/Tokyo"
)


class Wire:
    """Stands where the client library stands, and keeps what it was asked."""

    def __init__(self, answer: bytes = b'{"data": []}') -> None:
        self.answer = answer
        self.commands: list[str] = []
        self.queries: list[tuple[str, dict[str, Any]]] = []
        self.inserts: list[dict[str, Any]] = []

    def command(self, sql: str) -> None:
        self.commands.append(sql)

    def raw_query(self, sql: str, parameters: dict[str, Any], **rest: Any) -> bytes:
        assert rest["fmt"] == "JSONCompact"
        self.queries.append((sql, parameters))
        return self.answer

    def raw_insert(self, table: str, **rest: Any) -> None:
        self.inserts.append({"table": table} | rest)


def open_store(wire: Wire, table_engine: str = "MergeTree()") -> EventStore:
    client = ServerClient.__new__(ServerClient)
    client._client = wire
    return EventStore(client, table_engine)


def test_cluster_puts_its_engine_in() -> None:
    wire = Wire()

    open_store(wire, "ReplicatedMergeTree()").prepare()

    assert len(wire.commands) == 2
    assert all("ENGINE = ReplicatedMergeTree()" in sql for sql in wire.commands)


def test_insert_names_columns_and_token() -> None:
    wire = Wire()

    open_store(wire).append([make_event()], "epoch-0-1")

    assert [sent["table"] for sent in wire.inserts] == ["timeline", "hits"]
    for sent in wire.inserts:
        assert sent["settings"] == {"insert_deduplication_token": "epoch-0-1-2026"}
        assert sent["fmt"] == "Native" and len(sent["column_names"]) == sent["insert_block"][0]


def test_years_are_inserted_apart() -> None:
    wire = Wire()
    events = [make_event("a"), make_event("b", datetime(2025, 12, 31, tzinfo=UTC))]

    open_store(wire).append(events, "t")

    tokens = [sent["settings"]["insert_deduplication_token"] for sent in wire.inserts]
    assert tokens == ["t-2025", "t-2025", "t-2026", "t-2026"]


@pytest.mark.parametrize("dimension", ["page", "country"])
def test_values_are_bound_by_the_server(dimension: str) -> None:
    wire = Wire()
    store = open_store(wire)

    store.top(PERIOD, dimension)
    store.series(PERIOD)

    for sql, parameters in wire.queries:
        sent, bound = bind_query(sql, parameters)
        assert "it's" not in sent and bound["param_site"] == r"it\'s"


def test_timeline_carries_only_numbers() -> None:
    wire = Wire()
    visitor = VisitorId("v' OR 1=1 --")

    open_store(wire).timeline(ACCOUNT, [Span(visitor, ContactId("c"), NOON, NOON)])

    ((sql, parameters),) = wire.queries
    assert "OR 1=1" not in sql and "visitor = " in sql
    assert set(parameters) == {"account", "at", "event", "limit"}


@pytest.mark.parametrize("text", ["a'b", "a\\", "\\'"])
def test_quoted_text_cannot_end_itself(text: str) -> None:
    quoted = quote(text)

    inner = quoted[1:-1].replace("\\\\", "").replace("\\'", "")
    assert "'" not in inner and "\\" not in inner


def test_statements_are_split_without_comments() -> None:
    statements = split_statements("-- about; this\nSELECT 1;\n\nSELECT\n2;\n")

    assert statements == ["SELECT 1", "SELECT\n2"]
