"""What is appended is stored once, whatever is repeated."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.support.events import ACCOUNT, make_event, make_history

from footfall.events import Engine, EventStore
from footfall.events.block import pack_block
from footfall.events.columns import make_columns
from footfall.events.embedded import list_token_logs
from footfall.model import ContactId, Event, Span, VisitorId

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
ACROSS_YEARS = make_history(5, 30, NEW_YEAR.replace(year=2025, month=11), NEW_YEAR.replace(month=3))


def count_rows(store: EventStore) -> dict[str, int]:
    return {table: rows for table, (rows, _bytes) in store.size().items()}


def both(rows: int) -> dict[str, int]:
    return {"timeline": rows, "hits": rows}


def list_events(store: EventStore) -> list[Event]:
    return store.timeline(ACCOUNT, [Span(VisitorId("v1"), ContactId("c"), None, None)])


def test_preparing_twice_keeps_everything(store: EventStore) -> None:
    store.append([make_event()], "t")

    store.prepare()

    assert count_rows(store) == both(1)


def test_repeated_token_stores_once(store: EventStore) -> None:
    for _ in range(3):
        store.append(ACROSS_YEARS, "t")

    assert count_rows(store) == both(len(ACROSS_YEARS))


def test_equal_batches_are_both_kept(store: EventStore) -> None:
    store.append([make_event()], "first")
    store.append([make_event()], "second")

    assert count_rows(store) == both(2)


def test_replay_completes_half_an_append(store: EventStore, engine: Engine) -> None:
    # As after a crash between the two tables of the first year.
    events = [event for event in ACROSS_YEARS if event.occurred_at < NEW_YEAR]
    columns = make_columns(events)["timeline"]
    engine.insert("timeline", [column.name for column in columns], pack_block(columns), "t-2025")

    store.append(ACROSS_YEARS, "t")

    assert count_rows(store) == both(len(ACROSS_YEARS))


def test_empty_batch_appends_nothing(store: EventStore) -> None:
    store.append([], "t")

    assert count_rows(store) == {}


def test_late_retry_is_still_recognised(store: EventStore) -> None:
    store.append([make_event("first")], "first")
    for number in range(150):
        store.append([make_event(f"e{number}")], f"t{number}")

    store.append([make_event("first")], "first")

    assert count_rows(store) == both(151)


def test_size_tells_rows_and_bytes(store: EventStore) -> None:
    store.append(ACROSS_YEARS, "t")

    sizes = store.size()

    assert all(0 < size < 1000 * rows for rows, size in sizes.values())


def test_names_with_quotes_are_counted(store: EventStore) -> None:
    store.append([make_event(path='/it\'s "x" \\ \t \x00 {limit:UInt32}')], "it-is-fine")

    assert list_events(store)[0].path == '/it\'s "x" \\ \t \x00 {limit:UInt32}'


def test_inserts_wait_for_the_disk(store: EventStore, engine: Engine) -> None:
    asked = "SELECT create_table_query FROM system.tables WHERE database = currentDatabase()"

    tables = [statement for (statement,) in engine.query(asked)]

    assert len(tables) == 2
    assert all("fsync_after_insert = 1, fsync_part_directory = 1" in table for table in tables)


def test_tokens_of_each_table_are_found(store: EventStore, tmp_path: Path) -> None:
    store.append([make_event()], "a-token")

    logs = list_token_logs(tmp_path / "events")

    assert len({log.parent for log in logs}) == 2
    assert all(log.stat().st_size > 0 for log in logs)
