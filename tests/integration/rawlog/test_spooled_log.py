"""A door whose log goes away and comes back: nothing lost, nothing doubled, order kept."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from tests.support.installation import wait_for
from tests.support.nats import NatsCluster, start_nats
from tests.support.raw_hits import make_hit, make_hits, number_of

from footfall.kit.errors import Unavailable
from footfall.model import BuryReason, RawHit
from footfall.rawlog.jetstream import JetStreamLog
from footfall.rawlog.spooled import SpooledLog

NOWHERE = "nats://127.0.0.1:1"
# What a door may take to answer, whatever happens behind it.
LONGEST_ANSWER_SECONDS = 2.0


@pytest.fixture(scope="module")
def own() -> Iterator[NatsCluster]:
    """A server that these tests may kill."""
    with start_nats() as started:
        yield started


@contextmanager
def open_door(url: str, folder: Path, name: str) -> Iterator[SpooledLog]:
    door = SpooledLog(url, folder, name)
    try:
        yield door
    finally:
        door.close()


def read_numbers(url: str, name: str, hits: int) -> list[int]:
    """As a worker elsewhere reads them, once so many are there."""
    log = JetStreamLog(url, name)

    def ask() -> list[tuple[int, RawHit]] | None:
        with suppress(Unavailable):
            found = log.read(0, 100_000)
            return found if len(found) >= hits else None
        return None

    try:
        return [number_of(hit) for _offset, hit in wait_for(ask)]
    finally:
        log.close()


def wait_until_direct(door: SpooledLog) -> None:
    wait_for(lambda: not door.count_spooled() and not door._is_sending)


def bring_back(cluster: NatsCluster) -> None:
    for node in cluster.nodes:
        if node.process is None:
            cluster.start(node)
    cluster.wait_until_ready()


def test_door_with_its_log_spools_nothing(own: NatsCluster, tmp_path: Path, name: str) -> None:
    with open_door(own.url, tmp_path, name) as door:
        wait_until_direct(door)
        for number in range(20):
            door.append([make_hit(number)])
            assert door.count_spooled() == 0

    assert read_numbers(own.url, name, 20) == list(range(20))


def test_door_starts_without_its_log(tmp_path: Path) -> None:
    with open_door(NOWHERE, tmp_path, "away") as door:
        door.append(make_hits(range(3)))

        assert door.count_spooled() == 3


def test_spooled_hits_are_forwarded_once(own: NatsCluster, tmp_path: Path, name: str) -> None:
    with open_door(own.url, tmp_path, name) as door:
        wait_until_direct(door)
        door.append(make_hits(range(10)))
        own.nodes[0].kill()
        for number in range(10, 30):
            door.append([make_hit(number)])
        assert door.count() == 30
        bring_back(own)
        wait_until_direct(door)
        door.append(make_hits(range(30, 40)))

        assert read_numbers(own.url, name, 40) == list(range(40))
        assert door.count() == 40


def test_hung_server_delays_one_answer(own: NatsCluster, tmp_path: Path, name: str) -> None:
    with open_door(own.url, tmp_path, name) as door:
        wait_until_direct(door)
        own.nodes[0].pause()
        seconds = [time_append(door, number) for number in range(10)]
        own.nodes[0].resume()

        # The first was sent before the server hung on it; it must not be there twice.
        assert read_numbers(own.url, name, 10) == list(range(10))
        assert max(seconds) < LONGEST_ANSWER_SECONDS


def time_append(door: SpooledLog, number: int) -> float:
    started = time.monotonic()
    door.append([make_hit(number)])
    return time.monotonic() - started


def test_spool_outlives_its_process(own: NatsCluster, tmp_path: Path, name: str) -> None:
    with open_door(NOWHERE, tmp_path, name) as door:
        for number in range(5):
            door.append([make_hit(number)])

    with open_door(own.url, tmp_path, name) as door:
        door.append(make_hits(range(5, 8)))

        assert read_numbers(own.url, name, 8) == list(range(8))


def test_landed_group_is_not_sent_again(own: NatsCluster, tmp_path: Path, name: str) -> None:
    with open_door(NOWHERE, tmp_path, name) as door:
        door.append(make_hits(range(5)))
        number, hits = door._spool.read_first(1_000, 1 << 20)
        door._spool.note_tried(number)  # it was sent, and the answer got lost
        elsewhere = JetStreamLog(own.url, name)
        elsewhere.publish(door._spool.door, number, hits)
        forget_message_ids(elsewhere, name)

    with open_door(own.url, tmp_path, name) as door:
        wait_until_direct(door)

        assert (elsewhere.count(), door.count()) == (5, 5)
    elsewhere.close()


def forget_message_ids(log: JetStreamLog, name: str) -> None:
    """As the server does when the time is over in which it knows duplicates."""

    async def shorten(client: object) -> None:
        jsm = client.jsm()  # type: ignore[attr-defined]
        config = (await jsm.stream_info(name)).config
        await jsm.update_stream(config, duplicate_window=0.1)

    log._link.ask(shorten)  # type: ignore[arg-type]
    time.sleep(0.3)


def test_two_doors_forward_in_their_order(own: NatsCluster, tmp_path: Path, name: str) -> None:
    with open_door(own.url, tmp_path, name) as one, open_door(own.url, tmp_path, name) as other:
        with ThreadPoolExecutor() as pool:
            pool.submit(append_each, one, range(100))
            pool.submit(append_each, other, range(1_000, 1_100))
            own.nodes[0].kill()
            bring_back(own)

        found = read_numbers(own.url, name, 200)

    assert [number for number in found if number < 1_000] == list(range(100))
    assert [number for number in found if number >= 1_000] == list(range(1_000, 1_100))


def append_each(door: SpooledLog, numbers: range) -> None:
    for number in numbers:
        door.append([make_hit(number)])


def test_several_threads_lose_nothing(own: NatsCluster, tmp_path: Path, name: str) -> None:
    with open_door(own.url, tmp_path, name) as door:
        wait_until_direct(door)
        with ThreadPoolExecutor() as pool:
            for first in range(0, 400, 100):
                pool.submit(append_each, door, range(first, first + 100))

        assert sorted(read_numbers(own.url, name, 400)) == list(range(400))


def test_second_group_waits_for_no_server(own: NatsCluster, tmp_path: Path, name: str) -> None:
    with open_door(own.url, tmp_path, name) as door, ThreadPoolExecutor() as pool:
        wait_until_direct(door)
        own.nodes[0].pause()
        pool.submit(door.append, [make_hit(0)])
        wait_for(lambda: door._is_sending)

        door.append([make_hit(1)])

        assert door._is_sending  # the first, still; a second beside it could overtake it
        own.nodes[0].resume()
        assert read_numbers(own.url, name, 2) == [0, 1]


def test_oldest_pending_is_in_the_spool(tmp_path: Path) -> None:
    with open_door(NOWHERE, tmp_path, "away") as door:
        door.append(make_hits(range(7, 9)))

        assert door.received_at_ms(0) == make_hit(7).received_at_ms


def test_replay_goes_through_the_door(own: NatsCluster, tmp_path: Path, name: str) -> None:
    with open_door(own.url, tmp_path, name) as door:
        wait_until_direct(door)
        door.bury(3, BuryReason.CRASHED, make_hit(3))

        door.replay(3)

        assert read_numbers(own.url, name, 1) == [3]
