"""What waits on the door's disk: order, groups that stay together, restarts, two doors."""

from __future__ import annotations

from pathlib import Path

from tests.support.raw_hits import make_hit, make_hits, number_of

from footfall.rawlog.spool import Spool

ALL = (1_000, 1 << 20)


def put_groups(spool: Spool, *groups: range) -> list[int]:
    """Return the number of each group."""
    numbers = [spool.take_number() for _ in groups]
    for number, group in zip(numbers, groups, strict=True):
        spool.put(number, make_hits(group))
    return numbers


def test_new_spool_is_empty(tmp_path: Path) -> None:
    spool = Spool(tmp_path)

    assert spool.read_first(*ALL) == (0, [])
    assert (spool.count(), spool.received_at_ms()) == (0, None)


def test_oldest_groups_come_first(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    numbers = put_groups(spool, range(2), range(2, 5))

    last, hits = spool.read_first(*ALL)

    assert (last, hits) == (numbers[1], make_hits(range(5)))
    assert spool.received_at_ms() == make_hit(0).received_at_ms


def test_late_group_keeps_its_place(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    early, late = spool.take_number(), spool.take_number()
    spool.put(late, [make_hit(2)])
    spool.put(early, [make_hit(1)])

    _last, hits = spool.read_first(*ALL)

    assert [number_of(hit) for hit in hits] == [1, 2]


def test_message_takes_whole_groups_only(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    numbers = put_groups(spool, range(3), range(3, 6), range(6, 9))

    assert spool.read_first(7, 1 << 20) == (numbers[1], make_hits(range(6)))
    assert spool.read_first(1_000, 1) == (numbers[0], make_hits(range(3)))


def test_tried_groups_stay_together(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    numbers = put_groups(spool, range(3), range(3, 6), range(6, 9))

    spool.note_tried(numbers[1])

    assert spool.read_first(*ALL) == (numbers[1], make_hits(range(6)))
    assert spool.read_first(1, 1) == (numbers[1], make_hits(range(6)))


def test_removed_groups_are_gone(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    numbers = put_groups(spool, range(3), range(3, 6))

    spool.remove(numbers[0])

    assert spool.read_first(*ALL) == (numbers[1], make_hits(range(3, 6)))
    assert spool.count() == 3


def test_spool_survives_a_restart(tmp_path: Path) -> None:
    before = Spool(tmp_path)
    (number,) = put_groups(before, range(3))
    before.note_tried(number)
    before.close()

    after = Spool(tmp_path)

    assert (after.door, after.tried) == (before.door, number)
    assert after.read_first(*ALL) == (number, make_hits(range(3)))


def test_numbers_rise_over_restarts(tmp_path: Path) -> None:
    numbers = []
    for _start in range(3):
        spool = Spool(tmp_path)
        numbers += [spool.take_number(), spool.take_number()]
        spool.close()

    assert numbers == sorted(set(numbers))


def test_two_doors_have_two_spools(tmp_path: Path) -> None:
    one, other = Spool(tmp_path), Spool(tmp_path)

    put_groups(one, range(3))

    assert one.door != other.door
    assert (one.count(), other.count()) == (3, 0)


def test_next_door_takes_what_was_left(tmp_path: Path) -> None:
    gone, staying = Spool(tmp_path), Spool(tmp_path)
    put_groups(gone, range(3))
    gone.close()

    successor = Spool(tmp_path)

    assert successor.door == gone.door != staying.door
    assert successor.count() == 3
