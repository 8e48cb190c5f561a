"""Group commit: who waits for what, over a log in memory that can be slow or broken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from threading import Event

import pytest
from tests.fakes.memory_log import MemoryLog
from tests.support.raw_hits import make_hit, make_hits

from footfall.kit.errors import Unavailable
from footfall.model import RawHit
from footfall.rawlog import GroupCommit, Overloaded, group_commit

pytestmark = pytest.mark.anyio

PATIENCE_SECONDS = 10


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Disk:
    """A log whose disk is as slow and as full as a test wants."""

    def __init__(self) -> None:
        self.log = MemoryLog()
        self.groups: list[int] = []
        self.is_free, self.is_busy = Event(), Event()
        self.is_free.set()
        self.is_full = False

    def append(self, hits: Sequence[RawHit]) -> None:
        self.is_busy.set()
        self.is_free.wait(PATIENCE_SECONDS)
        if self.is_full:
            raise OSError(28, "No space left on device")
        self.groups.append(len(hits))
        self.log.append(hits)


@asynccontextmanager
async def open_commit(disk: Disk) -> AsyncIterator[GroupCommit]:
    commit = GroupCommit(disk.append)
    try:
        yield commit
    finally:
        disk.is_free.set()
        await asyncio.to_thread(commit.close)


async def until_busy(disk: Disk) -> None:
    await asyncio.to_thread(disk.is_busy.wait, PATIENCE_SECONDS)


async def test_accepted_hit_is_in_the_log() -> None:
    disk = Disk()
    async with open_commit(disk) as commit:
        await commit.accept([make_hit(1)])

        assert disk.log.read(0, 10) == [(0, make_hit(1))]


async def test_nobody_is_answered_before_the_disk() -> None:
    disk = Disk()
    disk.is_free.clear()
    async with open_commit(disk) as commit:
        waiting = commit.accept([make_hit()])
        await until_busy(disk)

        assert not waiting.done()


async def test_hits_that_wait_become_one_group() -> None:
    disk = Disk()
    disk.is_free.clear()
    async with open_commit(disk) as commit:
        waiting = [commit.accept([make_hit(0)])]
        await until_busy(disk)
        waiting += [commit.accept(make_hits(range(n, n + 2))) for n in range(1, 99, 2)]
        disk.is_free.set()
        await asyncio.gather(*waiting)

    assert disk.groups == [1, 98]


async def test_order_of_arrival_is_kept() -> None:
    disk = Disk()
    async with open_commit(disk) as commit:
        await asyncio.gather(*(commit.accept([make_hit(n)]) for n in range(500)))

    assert [hit for _offset, hit in disk.log.read(0, 500)] == make_hits(range(500))


async def test_full_disk_is_told_to_all() -> None:
    disk = Disk()
    disk.is_full = True
    async with open_commit(disk) as commit:
        waiting = [commit.accept([make_hit(n)]) for n in range(3)]
        answers = await asyncio.gather(*waiting, return_exceptions=True)

    assert [type(answer) for answer in answers] == [Unavailable] * 3


async def test_next_group_after_failure_is_kept() -> None:
    disk = Disk()
    disk.is_full = True
    async with open_commit(disk) as commit:
        await asyncio.gather(commit.accept([make_hit(1)]), return_exceptions=True)
        disk.is_full = False
        await commit.accept([make_hit(2)])

    assert disk.log.read(0, 10) == [(0, make_hit(2))]


@pytest.mark.parametrize(
    ("limit", "hits"),
    [("MOST_WAITING", 3), ("MOST_WAITING_BYTES", 1)],
)
async def test_too_much_waiting_is_refused(
    monkeypatch: pytest.MonkeyPatch, limit: str, hits: int
) -> None:
    monkeypatch.setattr(group_commit, limit, 2)
    disk = Disk()
    async with open_commit(disk) as commit:
        with pytest.raises(Overloaded):
            commit.accept(make_hits(range(hits)))

    assert disk.log.end() == 0


@pytest.mark.parametrize(("limit", "most"), [("MOST_WAITING", 2), ("MOST_WAITING_BYTES", 30)])
async def test_what_was_written_waits_no_more(
    monkeypatch: pytest.MonkeyPatch, limit: str, most: int
) -> None:
    monkeypatch.setattr(group_commit, limit, most)
    disk = Disk()
    async with open_commit(disk) as commit:
        for first in (0, 2, 4):
            await commit.accept(make_hits(range(first, first + 2)))

    assert disk.log.end() == 6


async def test_visitor_who_left_stops_nobody() -> None:
    disk = Disk()
    disk.is_free.clear()
    async with open_commit(disk) as commit:
        gone, staying = commit.accept([make_hit(0)]), commit.accept([make_hit(1)])
        gone.cancel()
        disk.is_free.set()
        await staying

    assert disk.log.end() == 2


async def test_closing_writes_what_waits() -> None:
    disk = Disk()
    disk.is_free.clear()
    commit = GroupCommit(disk.append)
    waiting = [commit.accept([make_hit(n)]) for n in range(5)]

    disk.is_free.set()
    await asyncio.to_thread(commit.close)

    await asyncio.gather(*waiting)
    assert disk.log.end() == 5
