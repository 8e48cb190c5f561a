"""The cluster's raw log on a real server: several publishers, large hits, kill -9, repeats."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from nats.aio.client import Client
from tests.support.installation import wait_for
from tests.support.nats import NatsCluster, start_nats
from tests.support.raw_hits import make_hit, make_hits, number_of

from footfall.kit.errors import ConfigError, Unavailable
from footfall.model import BuryReason
from footfall.rawlog import RawLog
from footfall.rawlog.jetstream import MESSAGE_HITS, JetStreamLog

NOWHERE = "nats://127.0.0.1:1"


@pytest.fixture
def log(nats: NatsCluster, name: str) -> Iterator[JetStreamLog]:
    with_stream = JetStreamLog(nats.url, name)
    yield with_stream
    with_stream.close()


@pytest.fixture
def other(nats: NatsCluster, name: str) -> Iterator[JetStreamLog]:
    """The same log, as another process has it."""
    same = JetStreamLog(nats.url, name)
    yield same
    same.close()


def all_numbers(log: RawLog) -> list[int]:
    return [number_of(hit) for _offset, hit in log.read(0, 1_000_000)]


def test_all_processes_see_one_log(log: JetStreamLog, other: JetStreamLog) -> None:
    log.append(make_hits(range(3)))

    other.append([make_hit(3)])

    assert other.epoch == log.epoch
    assert all_numbers(other) == all_numbers(log) == [0, 1, 2, 3]


def test_many_processes_make_one_log(nats: NatsCluster, name: str) -> None:
    logs = [JetStreamLog(nats.url, name) for _ in range(8)]

    with ThreadPoolExecutor() as pool:
        epochs = set(pool.map(lambda log: log.epoch, logs))

    assert len(epochs) == 1
    for log in logs:
        log.close()


def test_two_publishers_share_offsets(log: JetStreamLog, other: JetStreamLog) -> None:
    with ThreadPoolExecutor() as pool:
        for first, publisher in ((0, log), (1_000, other)):
            for number in range(first, first + 300, 3):
                pool.submit(publisher.append, make_hits(range(number, number + 3)))

    found = log.read(0, 1_000)

    offsets = [offset for offset, _hit in found]
    assert offsets == sorted(set(offsets))
    assert {number_of(hit) for _, hit in found} == {*range(300), *range(1_000, 1_300)}
    assert log.count() == other.count() == 600


def test_hits_of_one_group_stay_neighbours(log: JetStreamLog) -> None:
    log.append(make_hits(range(5)))
    log.append(make_hits(range(5, 7)))

    offsets = [offset for offset, _hit in log.read(0, 10)]

    assert offsets == [MESSAGE_HITS + n for n in range(5)] + [
        2 * MESSAGE_HITS,
        2 * MESSAGE_HITS + 1,
    ]


def test_large_group_becomes_several_messages(log: JetStreamLog) -> None:
    log.append(make_hits(range(2 * MESSAGE_HITS + 1)))

    assert all_numbers(log) == list(range(2 * MESSAGE_HITS + 1))
    assert log.end() == 4 * MESSAGE_HITS


def test_largest_hits_of_a_batch_fit(log: JetStreamLog) -> None:
    hits = [make_hit(n, body=b"x" * (4 << 20)) for n in range(2)]

    log.append(hits)

    assert [hit for _offset, hit in log.read(0, 2)] == hits


def test_same_number_is_published_once(log: JetStreamLog) -> None:
    for _time in range(3):
        log.publish("door", 7, make_hits(range(4)))

    assert all_numbers(log) == [0, 1, 2, 3]
    assert log.count() == 4


def test_last_number_is_of_that_door(log: JetStreamLog) -> None:
    log.publish("one", 3, make_hits(range(2)))
    log.publish("one", 12, make_hits(range(2)))
    log.publish("two", 99, make_hits(range(2)))

    assert [log.find_last_number(door) for door in ("one", "two", "three")] == [12, 99, 0]


def test_other_process_counts_what_was_trimmed(log: JetStreamLog, other: JetStreamLog) -> None:
    for first in (0, 5, 10):
        log.append(make_hits(range(first, first + 5)))
        log.trim(before=log.end() - MESSAGE_HITS)

    assert (all_numbers(other), other.count()) == ([10, 11, 12, 13, 14], 15)


def test_buried_hit_is_known_to_others(log: JetStreamLog, other: JetStreamLog) -> None:
    log.bury(4, BuryReason.TOO_LARGE, make_hit(4))

    (buried,) = other.list_buried()

    assert (buried.offset, buried.hit) == (4, make_hit(4))


def test_killed_server_forgets_nothing(name: str) -> None:
    with start_nats() as nats:
        log = JetStreamLog(nats.url, name)
        log.append(make_hits(range(50)))
        nats.nodes[0].kill()
        nats.start(nats.nodes[0])
        nats.wait_until_ready()

        found = read_when_back(log)
        log.close()

    assert found == list(range(50))


def read_when_back(log: JetStreamLog) -> list[int]:
    def ask() -> list[int] | None:
        try:
            return all_numbers(log)
        except Unavailable:
            return None

    return wait_for(ask)


def test_server_that_is_away_is_named() -> None:
    log = JetStreamLog(NOWHERE)

    with pytest.raises(Unavailable, match="do not answer"):
        log.append([make_hit()])
    log.close()


def test_server_for_small_messages_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.support.nats.MAX_PAYLOAD", "1MB")
    with start_nats() as nats:
        log = JetStreamLog(nats.url)

        with pytest.raises(ConfigError, match="max_payload"):
            log.append([make_hit()])
        log.close()


def test_missing_message_is_no_end(nats: NatsCluster, name: str) -> None:
    log = JetStreamLog(nats.url, name)
    lose_message(log, name, 2)

    with pytest.raises(Unavailable, match="lacks message 2"):
        log.read(0, 10)
    log.close()


def lose_message(log: JetStreamLog, name: str, sequence: int) -> None:
    """As a copy has it that is behind; only this stream allows it."""

    async def make_lossy(client: Client) -> None:
        metadata = {"epoch": "lossy"}
        subjects = [f"{name}.hits.>"]
        await client.jsm().add_stream(
            name=name, subjects=subjects, allow_direct=True, metadata=metadata
        )

    log._link.ask(make_lossy)
    for number in range(3):
        log.append([make_hit(number)])
    log._link.ask(lambda client: client.jsm().delete_msg(name, sequence))
