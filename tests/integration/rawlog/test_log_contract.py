"""What every raw log promises, asked of each implementation."""

from __future__ import annotations

import pytest
from tests.fakes.memory_log import MemoryLog
from tests.support.raw_hits import make_hit, make_hits, number_of

from footfall.kit import NotFound
from footfall.model import BuryReason, RawHit
from footfall.rawlog import RawLog


def hits_of(found: list[tuple[int, RawHit]]) -> list[RawHit]:
    return [hit for _offset, hit in found]


def numbers(found: list[tuple[int, RawHit]]) -> list[int]:
    return [number_of(hit) for _offset, hit in found]


def test_new_log_is_empty(log: RawLog) -> None:
    found = log.read(0, 10)

    assert found == log.read_newest(10) == []
    assert log.count() == 0


def test_hits_come_back_whole(log: RawLog) -> None:
    hit = RawHit(5, "batch", "2001:db8::1", b"", b'{"a":"\xff"}', {"host": "x", "dnt": "1"})

    log.append([hit])

    assert hits_of(log.read(0, 1)) == [hit]


def test_offsets_rise_and_never_repeat(log: RawLog) -> None:
    for size in (3, 1, 5):
        log.append(make_hits(range(size)))

    offsets = [offset for offset, _hit in log.read(0, 100)]

    assert len(offsets) == len(set(offsets)) == 9
    assert offsets == sorted(offsets)


def test_count_is_of_all_accepted(log: RawLog) -> None:
    for size in (3, 1, 5):
        log.append(make_hits(range(size)))

    assert log.count() == 9


def test_end_parts_old_from_new(log: RawLog) -> None:
    log.append(make_hits(range(4)))
    end = log.end()

    log.append(make_hits(range(4, 6)))

    assert numbers(log.read(end, 10)) == [4, 5]
    assert numbers(log.read(0, 10, until=end)) == [0, 1, 2, 3]


@pytest.mark.parametrize("start", range(11))
def test_reading_starts_anywhere(log: RawLog, start: int) -> None:
    offsets = append_in_groups(log)

    found = log.read(offsets[start], 4)

    assert found == [(offsets[n], make_hit(n)) for n in range(start, min(start + 4, 10))]


@pytest.mark.parametrize("until", range(11))
def test_reading_stops_anywhere(log: RawLog, until: int) -> None:
    offsets = append_in_groups(log)

    found = log.read(offsets[2], 100, until=offsets[until])

    assert numbers(found) == list(range(2, until))


@pytest.mark.parametrize("limit", [1, 4, 10, 99])
def test_newest_are_the_last_in_order(log: RawLog, limit: int) -> None:
    append_in_groups(log)

    assert numbers(log.read_newest(limit)) == list(range(10))[-limit:]


def append_in_groups(log: RawLog) -> list[int]:
    """Ten hits in groups of 3, 1 and 6; return their offsets, and the end of the log."""
    for group in (range(3), range(3, 4), range(4, 10)):
        log.append(make_hits(group))
    return [offset for offset, _hit in log.read(0, 100)] + [log.end()]


def test_reading_twice_changes_nothing(log: RawLog) -> None:
    log.append(make_hits(range(5)))

    first, second = log.read(1, 3), log.read(1, 3)

    assert first == second


def test_time_of_offset_is_known(log: RawLog) -> None:
    log.append(make_hits(range(3)))
    last = log.read(0, 3)[2][0]

    assert log.received_at_ms(last) == make_hit(2).received_at_ms
    assert log.received_at_ms(log.end()) is None


def test_buried_hit_keeps_its_reason(log: RawLog) -> None:
    log.bury(7, BuryReason.BAD_JSON, make_hit(7, body=b"{", query=b""))

    (buried,) = log.list_buried()

    assert (buried.offset, buried.reason) == (7, BuryReason.BAD_JSON)
    assert buried.hit.body == b"{"


def test_burying_again_changes_nothing(log: RawLog) -> None:
    log.bury(7, BuryReason.BAD_JSON, make_hit(7))

    log.bury(7, BuryReason.CRASHED, make_hit(8))

    assert [b.reason for b in log.list_buried()] == [BuryReason.BAD_JSON]


def test_buried_are_listed_newest_first(log: RawLog) -> None:
    for offset in (2, 9, 5):
        log.bury(offset, BuryReason.BAD_QUERY, make_hit(offset))

    assert [b.offset for b in log.list_buried(limit=2)] == [9, 5]
    assert [b.offset for b in log.list_buried(before=5)] == [2]


def test_replay_appends_buried_hit_again(log: RawLog) -> None:
    log.append(make_hits(range(2)))
    log.bury(1, BuryReason.CRASHED, make_hit(1))

    log.replay(1)

    assert numbers(log.read(0, 10)) == [0, 1, 1]
    assert log.count() == 3


def test_replay_marks_buried_hit(log: RawLog) -> None:
    log.bury(1, BuryReason.CRASHED, make_hit(1))
    before = log.list_buried()[0].replayed_at_ms

    log.replay(1)

    assert before is None
    assert log.list_buried()[0].replayed_at_ms is not None


def test_replay_of_nothing_is_refused(log: RawLog) -> None:
    with pytest.raises(NotFound, match="offset 3"):
        log.replay(3)


def test_trimming_forgets_whole_groups_only(log: RawLog) -> None:
    for first in (0, 3, 6):
        log.append(make_hits(range(first, first + 3)))

    trimmed = log.trim(before=log.read(0, 9)[5][0])

    assert trimmed == 1
    assert numbers(log.read(0, 100)) == [3, 4, 5, 6, 7, 8]


def test_trimming_everything_keeps_the_count(log: RawLog) -> None:
    log.append(make_hits(range(3)))

    log.trim(before=log.end())

    assert (log.read(0, 10), log.count()) == ([], 3)


def test_log_goes_on_after_trimming(log: RawLog) -> None:
    log.append(make_hits(range(3)))
    end = log.end()
    log.trim(before=end)

    log.append([make_hit(3)])

    assert numbers(log.read(end, 10)) == [3]
    assert log.count() == 4


def test_each_log_has_its_epoch(log: RawLog) -> None:
    assert log.epoch != MemoryLog().epoch
    assert log.epoch
