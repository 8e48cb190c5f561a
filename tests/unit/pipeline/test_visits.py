"""A visit is a run of hits with gaps under 30 minutes, cut by a new campaign."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.wire import NOON, VISITOR

from footfall.model import AccountId, Channel, Touchpoint, VisitorId
from footfall.pipeline.memory import Memory, RecentVisit
from footfall.pipeline.visits import GAP_MS, KEPT_VISITS, assign_visit

MINUTE = 60_000
GOOGLE = Touchpoint(channel=Channel.SEARCH, source="Google")
INSIDE = Touchpoint(channel=Channel.INTERNAL, source="shop.example.com")
SALE = Touchpoint(channel=Channel.CAMPAIGN, source="news", campaign="sale")
AUTUMN = Touchpoint(channel=Channel.CAMPAIGN, source="news", campaign="autumn")
MAIL = Touchpoint(channel=Channel.MAILING, source="mailing", mailing="m1")
SHARED = Touchpoint(channel=Channel.SOCIAL, source="Facebook", click_id="fbclid:a")


def assign(
    memory: Memory, minute: float, touchpoint: Touchpoint | None = GOOGLE
) -> tuple[RecentVisit, bool]:
    at_ms = NOON + round(minute * MINUTE)
    return assign_visit(memory, AccountId(1), VisitorId(VISITOR), at_ms, touchpoint)


def walk(*pages: tuple[float, Touchpoint | None]) -> list[int]:
    """Each page's visit, numbered in the order in which they began."""
    memory, begun = Memory(), dict[int, int]()
    visits = [assign(memory, minute, touchpoint)[0].visit for minute, touchpoint in pages]
    return [begun.setdefault(visit, len(begun)) for visit in visits]


@pytest.mark.parametrize(
    ("minutes", "visits"),
    [
        ([0, 29.9], [0, 0]),
        ([0, 30], [0, 1]),
        ([0, 20, 40, 60], [0, 0, 0, 0]),  # the gap counts, not the length
        ([0, 20, 51], [0, 0, 1]),
        ([715, 725], [0, 0]),  # midnight does not split
        ([0, -10], [0, 0]),  # a late hit
        ([0, -10, -35], [0, 0, 0]),
        ([0, -31], [0, 1]),
        ([0, 60, 1], [0, 1, 0]),
        ([0, 60, 59], [0, 1, 1]),
        ([0, 60, 20, 45], [0, 1, 0, 0]),
    ],
)
def test_gap_of_half_an_hour_splits(minutes: list[float], visits: list[int]) -> None:
    assert walk(*((minute, GOOGLE) for minute in minutes)) == visits


@pytest.mark.parametrize(
    ("pages", "visits"),
    [
        ([(0, GOOGLE), (1, SALE)], [0, 1]),
        ([(0, SALE), (1, SALE)], [0, 0]),  # reloaded, or the marks stay in the address
        ([(0, SALE), (1, AUTUMN)], [0, 1]),
        ([(0, SALE), (1, AUTUMN), (2, SALE)], [0, 1, 2]),
        ([(0, SALE), (1, MAIL)], [0, 1]),
        ([(0, SALE), (1, INSIDE)], [0, 0]),
        ([(0, SALE), (1, GOOGLE)], [0, 0]),  # back through an engine: the same visit
        ([(0, SALE), (1, None)], [0, 0]),  # no page view, so no campaign
        ([(0, GOOGLE), (1, SHARED)], [0, 1]),
        ([(0, SALE), (9, AUTUMN), (5, INSIDE)], [0, 1, 0]),  # late, from before the cut
        ([(0, SALE), (9, AUTUMN), (8, AUTUMN)], [0, 1, 1]),
    ],
)
def test_new_campaign_begins_new_visit(
    pages: list[tuple[float, Touchpoint | None]], visits: list[int]
) -> None:
    assert walk(*pages) == visits


def test_click_id_left_in_address_is_not_new() -> None:
    walked_on = Touchpoint(channel=Channel.INTERNAL, source="shop", click_id=SHARED.click_id)

    assert walk((0, SHARED), (1, walked_on)) == [0, 0]


def test_campaign_without_source_is_not_new_inside() -> None:
    first = Touchpoint(channel=Channel.CAMPAIGN, source="Facebook", campaign="only")
    walked_on = Touchpoint(channel=Channel.CAMPAIGN, campaign="only")

    assert walk((0, first), (1, walked_on)) == [0, 0]


def test_page_left_open_returns_directly() -> None:
    memory = Memory()
    assign(memory, 0)

    visit, is_entry = assign(memory, 120, INSIDE)

    assert is_entry
    assert visit.touchpoint.channel is Channel.DIRECT


def test_late_hit_keeps_source_of_visit() -> None:
    memory = Memory()
    assign(memory, 0, GOOGLE)

    visit, is_entry = assign(memory, -10, Touchpoint())

    assert visit.touchpoint == GOOGLE
    assert not is_entry


def test_visit_number_is_same_on_replay() -> None:
    assert assign(Memory(), 0)[0].visit == assign(Memory(), 0)[0].visit
    assert assign(Memory(), 0)[0].visit != assign(Memory(), 1)[0].visit


@given(st.lists(st.integers(0, 600), min_size=1, max_size=40))
def test_sorted_hits_split_as_plain_model_does(minutes: list[int]) -> None:
    minutes.sort()

    expected, number = [0], 0
    for before, minute in pairwise(minutes):
        number += (minute - before) * MINUTE >= GAP_MS
        expected.append(number)

    assert walk(*((minute, GOOGLE) for minute in minutes)) == expected


@given(st.lists(st.integers(0, 100_000), max_size=60))
def test_memory_of_visits_stays_small(minutes: list[int]) -> None:
    memory = Memory()
    for minute in minutes:
        assign(memory, minute)

    assert len(memory.visits) <= KEPT_VISITS
