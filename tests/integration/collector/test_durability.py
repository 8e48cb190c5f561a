"""What an answer is worth: kill -9, a full disk, a disk that hangs."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import httpx
import pytest
from tests.support.door_process import PATIENCE_SECONDS, DoorProcess, start_door

CLIENTS = 8


def kill(door: DoorProcess) -> None:
    """The server and its worker at once, as the kernel would when memory runs out."""
    os.killpg(door.process.pid, signal.SIGKILL)


def send_until_killed(door: DoorProcess, name: str, is_started: Event) -> list[str]:
    """The hits that were acknowledged, gifs and batches in turn."""
    acknowledged: list[str] = []
    with httpx.Client(base_url=door.client.base_url) as client:
        for number in range(1_000_000):
            hit = f"{name}.{number}"
            try:
                if number % 2:
                    answer = client.post("/api/hits", content=json.dumps([hit]))
                else:
                    answer = client.get(f"/api/r.gif?{hit}")
            except httpx.TransportError:
                return acknowledged
            assert answer.is_success
            acknowledged.append(hit)
            is_started.set()
    return acknowledged


def sent_name(query: bytes, body: bytes) -> str:
    return query.decode() or str(json.loads(body))


def test_killed_door_loses_nothing_answered(tmp_path: Path) -> None:
    acknowledged: list[str] = []
    for run in range(10):
        with start_door(tmp_path) as door, ThreadPoolExecutor(CLIENTS) as pool:
            is_started = [Event() for _ in range(CLIENTS)]
            names = [f"{run}.{client}" for client in range(CLIENTS)]
            sent = pool.map(send_until_killed, [door] * CLIENTS, names, is_started)
            assert all(event.wait(PATIENCE_SECONDS) for event in is_started)
            kill(door)
            acknowledged += [hit for hits in sent for hit in hits]
    stored = [sent_name(hit.query, hit.body) for hit in door.hits()]

    assert len(stored) == len(set(stored))
    assert set(acknowledged) <= set(stored)


def test_last_answer_before_the_kill_is_kept(tmp_path: Path) -> None:
    for run in range(10):
        with start_door(tmp_path) as door:
            assert door.client.get(f"/api/r.gif?run={run}").status_code == 200
            kill(door)

    assert [hit.query for hit in door.hits()] == [b"run=%d" % run for run in range(10)]


def test_stopped_door_answers_who_waits(tmp_path: Path) -> None:
    with start_door(tmp_path) as door, ThreadPoolExecutor(1) as pool:
        is_started = Event()
        sending = pool.submit(send_until_killed, door, "1", is_started)
        assert is_started.wait(PATIENCE_SECONDS)
        door.process.terminate()
        door.process.wait(PATIENCE_SECONDS)
        acknowledged = sending.result()

    stored = {sent_name(hit.query, hit.body) for hit in door.hits()}
    assert set(acknowledged) <= stored


def until_refused(ask: Callable[[], httpx.Response]) -> httpx.Response:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if (answer := ask()).status_code != 204:
            return answer
    pytest.fail("the disk never got full")


def test_full_disk_is_an_honest_answer(tmp_path: Path) -> None:
    body = json.dumps(["x" * 50_000]).encode()
    with start_door(tmp_path, pages="100") as door:
        refused = until_refused(lambda: door.client.post("/api/hits", content=body))
        picture = door.client.get("/api/r.gif?" + "x" * 50_000)

        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        assert picture.status_code == 503
        assert {len(hit.body) for hit in door.hits()} == {50_002}


def test_hanging_disk_turns_away_what_it_cannot_hold(tmp_path: Path) -> None:
    with start_door(tmp_path, waiting="100") as door, ThreadPoolExecutor(4) as pool:
        lock = sqlite3.connect(door.log, isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        batch = json.dumps(["hit"] * 60)
        ask = [pool.submit(httpx.post, _hits_url(door), content=batch) for _ in range(4)]
        _wait_for(lambda: any(future.done() for future in ask))
        lock.execute("ROLLBACK")
        statuses = sorted(future.result().status_code for future in ask)

        assert set(statuses) == {204, 503}
        assert len(door.hits()) == 60 * statuses.count(204)


def test_nobody_is_answered_while_the_disk_hangs(tmp_path: Path) -> None:
    with start_door(tmp_path) as door, ThreadPoolExecutor(1) as pool:
        lock = sqlite3.connect(door.log, isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        asked = pool.submit(door.client.get, "/api/r.gif?smid=abc")
        is_answered_early = _is_done_within(asked.done, seconds=0.3)
        lock.execute("ROLLBACK")

        assert not is_answered_early
        assert asked.result().status_code == 200


def _hits_url(door: DoorProcess) -> str:
    return str(door.client.base_url.join("/api/hits"))


def _wait_for(is_true: Callable[[], bool]) -> None:
    assert _is_done_within(is_true, PATIENCE_SECONDS)


def _is_done_within(is_true: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if is_true():
            return True
        time.sleep(0.01)
    return is_true()
