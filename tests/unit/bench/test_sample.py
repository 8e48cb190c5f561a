"""Made-up hits and events are such as the product would see and store."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from footfall.bench.sample import AGENTS, EVENTS_PER_VISITOR, make_events, make_hits
from footfall.model import AccountId
from footfall.pipeline.parse import Hit, parse

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
NOON_MS = 1_795_521_600_000


def test_every_hit_can_be_read() -> None:
    hits = [parse(raw) for raw in make_hits("abc", 0, 500, NOON_MS, visitors=50)]

    assert all(isinstance(hit, Hit) for hit in hits)


def test_each_visitor_counts_its_hits() -> None:
    numbered: dict[str, list[int | None]] = {}
    for raw in make_hits("abc", 0, 100, NOON_MS, visitors=20):
        hit = parse(raw)
        assert isinstance(hit, Hit)
        numbered.setdefault(hit.text("uuid"), []).append(hit.number("seq"))

    assert len(numbered) == 20
    assert all(numbers == [1, 2, 3, 4, 5] for numbers in numbered.values())


def test_no_hit_is_sent_twice() -> None:
    queries = [raw.query for raw in make_hits("abc", 0, 1_000, NOON_MS, visitors=100)]

    assert len(set(queries)) == 1_000


def test_agents_are_as_many_as_in_life() -> None:
    assert len(set(AGENTS)) > 2_000


def test_same_numbers_make_same_events() -> None:
    whole = make_events(AccountId(1), 0, 60, NOON, days=9)
    parts = [make_events(AccountId(1), first, 20, NOON, days=9) for first in (0, 20, 40)]

    assert [event for part in parts for event in part] == whole


def test_visits_are_runs_of_events() -> None:
    events = make_events(AccountId(1), 0, EVENTS_PER_VISITOR, NOON, days=9)

    by_visit = Counter(event.visit for event in events)
    assert list(by_visit.values()) == [5, 5, 5, 5]
    assert [event.is_entry for event in events[:6]] == [True, *[False] * 4, True]


def test_events_lie_in_their_days() -> None:
    events = make_events(AccountId(1), 0, 400, NOON, days=9)

    assert all(NOON - timedelta(days=9) <= event.occurred_at <= NOON for event in events)
