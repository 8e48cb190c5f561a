"""A real engine in a folder of the test's own, asked directly or through the store's socket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from footfall.events import EmbeddedEngine, Engine, EventStore, StoreClient, StoreServer

CLIENTS = ("direct", "socket")


@contextmanager
def open_engine(folder: Path, client: str = "direct") -> Iterator[Engine]:
    """One at a time: a process can have but one folder open."""
    engine = EmbeddedEngine(folder / "events")
    EventStore(engine).prepare()
    try:
        if client == "direct":
            yield engine
        else:
            with serve(folder, engine):
                yield StoreClient(folder)
    finally:
        engine.close()


@contextmanager
def serve(folder: Path, engine: EmbeddedEngine) -> Iterator[StoreServer]:
    stop = Event()
    server = StoreServer(folder, engine)
    thread = Thread(target=server.run, args=(stop,))
    thread.start()
    try:
        yield server
    finally:
        stop.set()
        thread.join()
