"""What every raw log promises, asked of each implementation."""

from __future__ import annotations

import pytest
from tests.fakes.memory_log import MemoryLog
from tests.support.raw_hits import make_hit, make_hits, number_of

from footfall.kit import NotFound
from footfall.model import BuryReason, RawHit
from footfall.rawlog import SqliteLog

Log = SqliteLog | MemoryLog


def numbers(found: list[tuple[int, RawHit]]) -> list[int]:
    return [number_of(hit) for _offset, hit in found]


def test_new_log_is_empty(log: Log) -> None:
    found = log.read(0, 10)

    assert found == []
    assert log.end() == 0


def test_hits_come_back_whole(log: Log) -> None:
    hit = RawHit(5, "batch", "2001:db8::1", b"", b'{"a":"\xff"}', {"host": "x", "dnt": "1"})

    log.append([hit])

    assert log.read(0, 1) == [(0, hit)]


def test_offsets_run_without_gaps(log: Log) -> None:
    appended = [log.append(make_hits(range(size))) for size in (3, 1, 5)]

    assert appended == [range(3), range(3, 4), range(4, 9)]
    assert [offset for offset, _hit in log.read(0, 100)] == list(range(9))


def test_end_counts_all_accepted(log: Log) -> None:
    log.append(make_hits(range(4)))

    assert log.end() == 4


@pytest.mark.parametrize("start", range(11))
def test_reading_starts_anywhere(log: Log, start: int) -> None:
    for first in (0, 3, 4):
        log.append(make_hits(range(first, {0: 3, 3: 4, 4: 10}[first])))

    found = log.read(start, 4)

    assert found == [(n, make_hit(n)) for n in range(start, min(start + 4, 10))]


def test_reading_twice_changes_nothing(log: Log) -> None:
    log.append(make_hits(range(5)))

    first, second = log.read(1, 3), log.read(1, 3)

    assert first == second


def test_time_of_offset_is_known(log: Log) -> None:
    log.append(make_hits(range(3)))

    assert log.received_at_ms(2) == make_hit(2).received_at_ms
    assert log.received_at_ms(3) is None


def test_buried_hit_keeps_its_reason(log: Log) -> None:
    log.bury(7, BuryReason.BAD_JSON, make_hit(7, body=b"{", query=b""))

    (buried,) = log.list_buried()

    assert (buried.offset, buried.reason) == (7, BuryReason.BAD_JSON)
    assert buried.hit.body == b"{"


def test_burying_again_changes_nothing(log: Log) -> None:
    log.bury(7, BuryReason.BAD_JSON, make_hit(7))

    log.bury(7, BuryReason.CRASHED, make_hit(8))

    assert [b.reason for b in log.list_buried()] == [BuryReason.BAD_JSON]


def test_buried_are_listed_newest_first(log: Log) -> None:
    for offset in (2, 9, 5):
        log.bury(offset, BuryReason.BAD_QUERY, make_hit(offset))

    assert [b.offset for b in log.list_buried(limit=2)] == [9, 5]
    assert [b.offset for b in log.list_buried(before=5)] == [2]


def test_replay_appends_buried_hit_again(log: Log) -> None:
    log.append(make_hits(range(2)))
    log.bury(1, BuryReason.CRASHED, make_hit(1))

    appended = log.replay(1)

    assert appended == range(2, 3)
    assert numbers(log.read(0, 10)) == [0, 1, 1]


def test_replay_marks_buried_hit(log: Log) -> None:
    log.bury(1, BuryReason.CRASHED, make_hit(1))
    before = log.list_buried()[0].replayed_at_ms

    log.replay(1)

    assert before is None
    assert log.list_buried()[0].replayed_at_ms is not None


def test_replay_of_nothing_is_refused(log: Log) -> None:
    with pytest.raises(NotFound, match="offset 3"):
        log.replay(3)


def test_trimming_forgets_whole_groups_only(log: Log) -> None:
    for first in (0, 3, 6):
        log.append(make_hits(range(first, first + 3)))

    trimmed = log.trim(before=5)

    assert trimmed == 1
    assert numbers(log.read(0, 100)) == [3, 4, 5, 6, 7, 8]


def test_trimming_everything_keeps_the_count(log: Log) -> None:
    log.append(make_hits(range(3)))

    log.trim(before=3)

    assert (log.read(0, 10), log.end()) == ([], 3)
    assert log.append([make_hit(3)]) == range(3, 4)


def test_each_log_has_its_epoch(log: Log) -> None:
    assert log.epoch != MemoryLog().epoch
    assert log.epoch
