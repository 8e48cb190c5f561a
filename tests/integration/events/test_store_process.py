"""The store process: who may ask it, what it survives, and what it never loses."""

from __future__ import annotations

import contextlib
import socket
import stat
import time
from collections.abc import Iterator
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection
from pathlib import Path
from threading import Event as Flag
from threading import Thread

import pytest
from tests.support.event_stores import open_engine, serve
from tests.support.events import make_event
from tests.support.store_process import run_store

from footfall.events import EmbeddedEngine, Engine, EventStore, QueryFailed, StoreClient
from footfall.kit.errors import Unavailable
from footfall.model import Event

KILLS = 10


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Engine]:
    with open_engine(tmp_path, "socket") as engine:
        yield engine


def connect(folder: Path) -> Connection:
    key = (folder / "store.key").read_bytes()
    return Client(str(folder / "store.sock"), "AF_UNIX", authkey=key)


def test_only_the_owner_may_connect(client: Engine, tmp_path: Path) -> None:
    paths = [tmp_path / "store.sock", tmp_path / "store.key"]

    assert [stat.S_IMODE(path.stat().st_mode) for path in paths] == [0o600, 0o600]


def test_key_is_long_and_lasting(client: Engine, tmp_path: Path) -> None:
    key = (tmp_path / "store.key").read_bytes()

    assert len(key) == 32 and len(set(key)) > 8


def test_wrong_key_is_turned_away(client: Engine, tmp_path: Path) -> None:
    with pytest.raises(AuthenticationError):
        Client(str(tmp_path / "store.sock"), "AF_UNIX", authkey=b"guessed")

    assert client.query("SELECT 1") == [[1]]


@pytest.mark.parametrize("request_", [(), "nonsense", ("query",), ("insert", 1), None, 7])
def test_bad_request_gets_an_answer(client: Engine, tmp_path: Path, request_: object) -> None:
    with connect(tmp_path) as connection:
        connection.send(request_)

        is_fine, message = connection.recv()

    assert not is_fine and message
    assert client.query("SELECT 1") == [[1]]


def test_bytes_that_are_no_request_harm_nobody(client: Engine, tmp_path: Path) -> None:
    with connect(tmp_path) as connection:
        connection.send_bytes(b"\x00 no pickle")

    assert client.query("SELECT 1") == [[1]]


def test_client_that_dies_harms_nobody(client: Engine, tmp_path: Path) -> None:
    for _ in range(20):
        connection = connect(tmp_path)
        connection.send(("query", "SELECT sum(number) FROM numbers(1000000)", {}))
        connection.close()

    assert client.query("SELECT 1") == [[1]]


def test_knock_without_a_word_harms_nobody(client: Engine, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as silent:
        silent.connect(str(tmp_path / "store.sock"))

    assert client.query("SELECT 1") == [[1]]


def test_refused_query_tells_why(client: Engine) -> None:
    with pytest.raises(QueryFailed, match="nowhere"):
        client.query("SELECT 1 FROM nowhere")


def test_readers_do_not_queue(client: Engine, tmp_path: Path) -> None:
    done, slow = Flag(), "SELECT sum(cityHash64(number)) FROM numbers(300000000)"
    started = Flag()

    def read_slowly() -> None:
        mine = StoreClient(tmp_path)
        mine.query("SELECT 1")
        started.set()
        with contextlib.suppress(QueryFailed):
            mine.query(slow + " SETTINGS max_execution_time = 3")
        done.set()

    reader = Thread(target=read_slowly)
    reader.start()
    started.wait()
    answer = client.query("SELECT 1")

    assert answer == [[1]] and not done.is_set()
    reader.join()


def test_missing_store_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        StoreClient(tmp_path).query("SELECT 1")


def test_client_outlives_a_restart(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path / "events")
    client = StoreClient(tmp_path)
    with serve(tmp_path, engine):
        client.query("SELECT 1")

    with serve(tmp_path, engine):
        assert client.query("SELECT 1") == [[1]]
    engine.close()


def test_killed_store_loses_nothing(tmp_path: Path) -> None:
    appender = Appender(tmp_path)
    thread = Thread(target=appender.run)
    thread.start()

    for _ in range(KILLS):
        with run_store(tmp_path) as process:
            appender.wait_for_more()
            process.kill()
    appender.stop.set()

    with run_store(tmp_path):
        thread.join()
        rows = StoreClient(tmp_path).query(COUNT)
    assert rows == [[appender.stored, appender.stored]]


COUNT = "SELECT (SELECT count() FROM timeline), (SELECT count() FROM hits)"


class Appender:
    """Appends like the worker: a batch that was not acknowledged is sent again, as it was."""

    def __init__(self, folder: Path) -> None:
        self.store = EventStore(StoreClient(folder))
        self.stored, self.stop, self.more = 0, Flag(), Flag()

    def run(self) -> None:
        while not self.stop.is_set():
            first = self.stored
            batch = [make_event(f"e{number}") for number in range(first, first + 50)]
            while not self._is_appended(batch):
                pass
            self.stored += len(batch)
            self.more.set()

    def wait_for_more(self) -> None:
        self.more.clear()
        assert self.more.wait(60)

    def _is_appended(self, batch: list[Event]) -> bool:
        try:
            self.store.append(batch, f"epoch-{self.stored}")
        except (Unavailable, QueryFailed):
            time.sleep(0.02)
            return False
        return True
