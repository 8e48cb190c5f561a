"""A hit counts once: by the number that its device gave it, else by what it says."""

from hypothesis import given
from hypothesis import strategies as st

from footfall.pipeline.duplicates import (
    MOST_GAPS,
    WINDOW,
    count_missing,
    forget,
    is_duplicate_content,
    is_duplicate_number,
)
from footfall.pipeline.memory import Memory, pack, unpack

NUMBERS = st.integers(1, 40)


@given(st.lists(NUMBERS, max_size=120))
def test_numbers_count_once_in_any_order(arriving: list[int]) -> None:
    memory, seen = Memory(), set[int]()

    for number in arriving:
        assert is_duplicate_number(memory, number, number * 7) == (number in seen)
        seen.add(number)


@given(st.lists(NUMBERS, max_size=120))
def test_missing_are_holes_below_highest(arriving: list[int]) -> None:
    memory = Memory()
    for number in arriving:
        is_duplicate_number(memory, number, number * 7)

    holes = set(range(1, max(arriving, default=0))) - set(arriving)

    assert count_missing(memory) == len(holes)


@given(st.integers(1, 60).flatmap(lambda n: st.permutations(range(1, n + 1))))
def test_gaps_filled_later_are_not_missing(arriving: list[int]) -> None:
    memory = Memory()

    fresh = [not is_duplicate_number(memory, number, number) for number in arriving]

    assert all(fresh)
    assert count_missing(memory) == 0


@given(st.lists(st.tuples(st.integers(1, 8), st.integers(0, 3)), max_size=30))
def test_tabs_racing_for_number_both_count(arriving: list[tuple[int, int]]) -> None:
    """Within the window, a hit is what its number and fingerprint are together."""
    memory, seen = Memory(), set[tuple[int, int]]()

    for number, fingerprint in arriving:
        known = is_duplicate_number(memory, number, fingerprint)
        assert known == ((number, fingerprint) in seen)
        seen.add((number, fingerprint))


@given(st.lists(st.integers(0, WINDOW - 1), max_size=200))
def test_unnumbered_hits_count_once(arriving: list[int]) -> None:
    memory, seen = Memory(), set[int]()

    for fingerprint in arriving:
        assert is_duplicate_content(memory, fingerprint) == (fingerprint in seen)
        seen.add(fingerprint)


@given(st.lists(st.tuples(st.booleans(), NUMBERS), max_size=60), st.integers(0, 60))
def test_memory_survives_being_packed(arriving: list[tuple[bool, int]], cut: int) -> None:
    """Whether a batch ends in between changes nothing."""

    def is_duplicate(memory: Memory, has_number: bool, number: int) -> bool:
        decide = is_duplicate_number if has_number else lambda m, n, _f: is_duplicate_content(m, n)
        return decide(memory, number, number)

    whole = Memory()
    at_once = [is_duplicate(whole, *hit) for hit in arriving]
    first = Memory()
    parted = [is_duplicate(first, *hit) for hit in arriving[:cut]]
    second = unpack(pack(first))
    parted += [is_duplicate(second, *hit) for hit in arriving[cut:]]

    assert (parted, pack(second)) == (at_once, pack(whole))


def test_old_number_outside_window_is_duplicate() -> None:
    memory = Memory()
    for number in range(1, WINDOW + 5):
        is_duplicate_number(memory, number, number)

    assert is_duplicate_number(memory, 1, 999)


def test_gaps_and_numbers_stay_bounded() -> None:
    memory = Memory()
    for number in range(2, 1_000, 2):
        is_duplicate_number(memory, number, number)

    assert len(memory.gaps) == MOST_GAPS
    assert len(memory.numbered) == WINDOW


def test_senseless_number_is_not_believed() -> None:
    memory = Memory()
    is_duplicate_number(memory, 3, 1)

    is_duplicate_number(memory, 10**14, 2)

    assert count_missing(memory) == 2


@given(st.lists(NUMBERS, min_size=1, max_size=40), st.data())
def test_forgotten_hit_may_come_again(arriving: list[int], data: st.DataObject) -> None:
    memory = Memory()
    for number in arriving:
        is_duplicate_number(memory, number, number)
    chosen = data.draw(st.sampled_from([number for number, _f in memory.numbered]))

    forget(memory, chosen, chosen)

    assert not is_duplicate_number(memory, chosen, chosen)
    assert is_duplicate_number(memory, chosen, chosen)


def test_forgotten_content_may_come_again() -> None:
    memory = Memory()
    is_duplicate_content(memory, 7)

    forget(memory, None, 7)

    assert not is_duplicate_content(memory, 7)


# Where a visitor was born, and two more storages that began within a second of each other.
COUNTS = (0, 179_543_520_000_000, 179_543_520_100_000)
COUNTED = st.tuples(st.sampled_from(COUNTS), st.integers(1, 15))


@given(st.lists(COUNTED, max_size=120))
def test_counts_of_several_storages_stay_apart(arriving: list[tuple[int, int]]) -> None:
    memory, seen = Memory(), set[int]()

    for begin, number in arriving:
        known = is_duplicate_number(memory, begin + number, number)
        assert known == (begin + number in seen)
        seen.add(begin + number)


@given(st.lists(COUNTED, min_size=1, max_size=120))
def test_losses_are_counted_within_each_storage(arriving: list[tuple[int, int]]) -> None:
    memory = Memory()
    for begin, number in arriving:
        is_duplicate_number(memory, begin + number, number)

    assert count_missing(memory) == sum(count_holes(arriving, begin) for begin in COUNTS)


def count_holes(arriving: list[tuple[int, int]], begin: int) -> int:
    """Only the count from 1 tells of losses before its first number that arrived."""
    seen = {number for count, number in arriving if count == begin}
    first = 1 if begin == 0 else min(seen, default=1)
    return len(set(range(first, max(seen, default=first))) - seen)


def test_first_count_outlives_storages_of_a_page_each() -> None:
    """A host that grants no storage begins a count with every page."""
    memory = Memory()
    is_duplicate_number(memory, 1, 1)
    for page in range(MOST_GAPS * 3):
        is_duplicate_number(memory, COUNTS[1] + page * 100_000, page)

    assert not is_duplicate_number(memory, 2, 2)
    assert is_duplicate_number(memory, 2, 2)
